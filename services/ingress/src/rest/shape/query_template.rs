//! Query templates.

use jiff::Timestamp;
use pullwright_proto::registry as v1;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::{OffContract, Result, Versioned, filled, raw, time, words};

/// One version of a query template.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QueryTemplate {
    #[schema(format = Uuid)]
    id: String,
    /// Its name, which is the name of its params file.
    name: String,
    #[schema(schema_with = words::engine_type)]
    engine_type: String,
    body: String,
    /// The declared parameters, as registered.
    #[schema(value_type = Object)]
    declared_params: Box<RawValue>,
    /// From 1, per name.
    #[schema(minimum = 1)]
    version: i32,
    created_at: Timestamp,
    updated_at: Option<Timestamp>,
    /// What the header `ETag` says; null when it is not versioned.
    etag: Option<String>,
}

impl Versioned for QueryTemplate {
    fn etag(&self) -> &str {
        self.etag.as_deref().unwrap_or_default()
    }
}

impl TryFrom<v1::QueryTemplate> for QueryTemplate {
    type Error = OffContract;

    fn try_from(template: v1::QueryTemplate) -> Result<Self> {
        let declared =
            raw::value("query_template.declared_params_json", template.declared_params_json)?;
        Ok(Self {
            id: template.id,
            name: template.name,
            engine_type: template.engine_type,
            body: template.body,
            declared_params: declared,
            version: template.version,
            created_at: time::required("query_template.created_at", template.created_at)?,
            updated_at: time::optional("query_template.updated_at", template.updated_at)?,
            etag: filled(template.etag),
        })
    }
}
