//! `GET /api/v1/query-templates`: the newest first.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::registry::ListQueryTemplatesRequest;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        all_shown,
        given::Page,
        shape::{Counted, QueryTemplate},
    },
};

pub(in crate::rest) async fn list(
    State(app): State<Arc<App>>,
    page: Page,
) -> Result<Counted<QueryTemplate>, ApiError> {
    let request = ListQueryTemplatesRequest {
        page_size: page.limit,
        page_token: String::new(),
        ..ListQueryTemplatesRequest::default()
    };
    let mut templates = app.cores.query_templates.clone();
    let found = ask(Core::Registry, templates.list_query_templates(request)).await?;
    let data = all_shown(Core::Registry, found.query_templates)?;
    Ok(Counted::new(data, found.next_page_token, found.has_more, found.total_size))
}
