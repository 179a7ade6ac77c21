//! `GET /api/v1/query-templates/{id}`.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::registry::GetQueryTemplateRequest;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        given::{Id, QueryTemplateId},
        shape::{QueryTemplate, Tagged},
        shown,
    },
};

pub(in crate::rest) async fn get(
    State(app): State<Arc<App>>,
    id: Id<QueryTemplateId>,
) -> Result<Tagged<QueryTemplate>, ApiError> {
    let request = GetQueryTemplateRequest { query_template_id: id.to_string() };
    let mut templates = app.cores.query_templates.clone();
    let found = ask(Core::Registry, templates.get_query_template(request)).await?;
    Ok(Tagged(shown(Core::Registry, found.query_template)?))
}
