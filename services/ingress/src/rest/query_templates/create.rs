//! `POST /api/v1/query-templates`: the next version of a template.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use pullwright_proto::registry::CreateQueryTemplateRequest;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        given::{Given, or_empty},
        shape::QueryTemplate,
        shown,
    },
};

#[derive(Debug, Deserialize)]
pub(in crate::rest) struct NewQueryTemplate {
    #[serde(default)]
    name: String,
    #[serde(default)]
    engine_type: String,
    body: Option<String>,
    declared_params: Option<Box<RawValue>>,
}

pub(in crate::rest) async fn create(
    State(app): State<Arc<App>>,
    Given(new): Given<NewQueryTemplate>,
) -> Result<(StatusCode, Json<QueryTemplate>), ApiError> {
    let request = CreateQueryTemplateRequest {
        name: new.name,
        engine_type: new.engine_type,
        body: new.body.unwrap_or_default(),
        declared_params_json: or_empty(new.declared_params.as_deref()),
        ..CreateQueryTemplateRequest::default()
    };
    let mut templates = app.cores.query_templates.clone();
    let created = ask(Core::Registry, templates.create_query_template(request)).await?;
    Ok((StatusCode::CREATED, Json(shown(Core::Registry, created.query_template)?)))
}
