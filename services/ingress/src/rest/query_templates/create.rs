//! `POST /api/v1/query-templates`: the next version of a template.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::registry::CreateQueryTemplateRequest;
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        given::{Given, Key, or_empty},
        shape::{QueryTemplate, Tagged, words},
        shown,
    },
};

#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"name": "product_search", "engine_type": "elasticsearch", "body": "{}", "declared_params": {"boost": "float", "tie_breaker": {"type": "float", "min": 0.0, "max": 1.0}}}))]
pub(in crate::rest) struct NewQueryTemplate {
    /// Its name, which is the name of its params file.
    #[serde(default)]
    #[schema(
        required,
        min_length = 1,
        max_length = 256,
        pattern = "^[A-Za-z0-9][A-Za-z0-9 ._-]*$"
    )]
    name: String,
    #[serde(default)]
    #[schema(required, schema_with = words::engine_type)]
    engine_type: String,
    #[schema(max_length = 131072)]
    body: Option<String>,
    /// The declared parameters: a type's word by name, or an object with `type` and, if wanted, `min`, `max`, `values`.
    #[schema(value_type = BTreeMap<String, serde_json::Value>)]
    declared_params: Option<Box<RawValue>>,
}

pub(in crate::rest) async fn create(
    State(app): State<Arc<App>>,
    Key(request_id): Key,
    Given(new): Given<NewQueryTemplate>,
) -> Result<Tagged<QueryTemplate, 201>, ApiError> {
    let request = CreateQueryTemplateRequest {
        name: new.name,
        engine_type: new.engine_type,
        body: new.body.unwrap_or_default(),
        declared_params_json: or_empty(new.declared_params.as_deref()),
        request_id,
    };
    let mut templates = app.cores.query_templates.clone();
    let created = ask(Core::Registry, templates.create_query_template(request)).await?;
    Ok(Tagged(shown(Core::Registry, created.query_template)?))
}
