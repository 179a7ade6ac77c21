//! Query templates.

use jiff::Timestamp;
use pullwright_proto::registry as v1;
use serde::Serialize;
use serde_json::value::RawValue;

use super::{OffContract, Result, raw, time};

/// One version of a query template.
#[derive(Debug, Serialize)]
pub(crate) struct QueryTemplate {
    id: String,
    name: String,
    engine_type: String,
    body: String,
    declared_params: Box<RawValue>,
    version: i32,
    created_at: Timestamp,
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
        })
    }
}
