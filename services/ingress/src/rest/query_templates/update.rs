//! `PATCH /api/v1/query-templates/{id}`: a merge patch of one version; touches later pull requests only.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::registry::{self, UpdateQueryTemplateRequest};
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::{
    App,
    cores::{Core, ask},
    edge::{error::ApiError, fields::Fields},
    rest::{
        given::{Id, IfMatch, Key, Mask, Member, Patch, Patched, QueryTemplateId},
        shape::{QueryTemplate, Tagged},
        shown,
    },
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"declared_params": {"boost": {"type": "float", "min": 0.5, "max": 5.0}}}))]
pub(in crate::rest) struct QueryTemplatePatch {
    /// Null: empty.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 131072)]
    body: Member<String>,
    /// The declared parameters, all of them: they replace the ones before.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, serde_json::Value>, required = false)]
    declared_params: Member<Box<RawValue>>,
    /// The ETag that was read, when it does not stand in `If-Match`.
    etag: Option<String>,
}

impl Patch for QueryTemplatePatch {
    // Another name or engine is another template.
    const MEMBERS: &'static [&'static str] = &["body", "declared_params"];
}

pub(in crate::rest) async fn update(
    State(app): State<Arc<App>>,
    id: Id<QueryTemplateId>,
    Key(request_id): Key,
    if_match: IfMatch,
    Patched(patch): Patched<QueryTemplatePatch>,
) -> Result<Tagged<QueryTemplate>, ApiError> {
    let mut mask = Mask::default();
    let declared = match patch.declared_params {
        Member::Absent => Member::Absent,
        Member::Null => Member::Null,
        Member::Value(value) => Member::Value(value.get().to_owned()),
    };
    let query_template = registry::QueryTemplate {
        id: id.to_string(),
        body: mask.set_or_clear("body", patch.body),
        declared_params_json: mask.set("declared_params_json", declared)?,
        etag: if_match.or(patch.etag)?,
        ..registry::QueryTemplate::default()
    };
    let update_mask = mask.done::<QueryTemplatePatch>()?;
    let request = UpdateQueryTemplateRequest {
        query_template: Some(query_template),
        update_mask,
        request_id,
    };
    let mut templates = app.cores.query_templates.clone();
    let updated = ask(Core::Registry, templates.update_query_template(request)).await;
    let updated =
        updated.map_err(|error| error.in_terms_of(&Fields::default().unwrap("query_template")))?;
    Ok(Tagged(shown(Core::Registry, updated.query_template)?))
}
