//! Digests.

use std::collections::BTreeMap;

use jiff::Timestamp;
use pullwright_proto::proposal as v1;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::{OffContract, Result, filled, raw, time, words};

/// What the optimiser suggests to do next.
#[derive(Debug, Serialize, ToSchema)]
struct FollowUp {
    #[schema(schema_with = words::follow_up)]
    kind: String,
    rationale: String,
    /// An object, or null.
    #[schema(value_type = serde_json::Value)]
    search_space: Option<Box<RawValue>>,
    /// Only there for `swap_template`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Uuid, nullable = false)]
    template_id: Option<String>,
}

/// The summary of a finished study.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Digest {
    #[schema(format = Uuid)]
    id: String,
    narrative: String,
    parameter_importance: BTreeMap<String, f64>,
    #[schema(value_type = BTreeMap<String, serde_json::Value>)]
    recommended_config: BTreeMap<String, Box<RawValue>>,
    #[schema(max_items = 5)]
    suggested_followups: Vec<FollowUp>,
    generated_by: Option<String>,
    generated_at: Timestamp,
}

impl TryFrom<v1::Digest> for Digest {
    type Error = OffContract;

    fn try_from(digest: v1::Digest) -> Result<Self> {
        let config = raw::object("digest.recommended_config_json", digest.recommended_config_json)?;
        let followups = digest.suggested_followups.into_iter().map(follow_up);
        Ok(Self {
            id: digest.id,
            narrative: digest.narrative,
            parameter_importance: sorted(digest.parameter_importance),
            recommended_config: config,
            suggested_followups: followups.collect::<Result<_>>()?,
            generated_by: filled(digest.generated_by),
            generated_at: time::required("digest.generated_at", digest.generated_at)?,
        })
    }
}

/// Numbers by name, in the order of names.
pub(super) fn sorted(numbers: BTreeMap<String, f64>) -> BTreeMap<String, f64> {
    numbers.into_iter().collect()
}

fn follow_up(follow_up: v1::FollowUp) -> Result<FollowUp> {
    let search_space = filled(follow_up.search_space_json)
        .map(|text| raw::value("digest.suggested_followups.search_space_json", text))
        .transpose()?;
    Ok(FollowUp {
        kind: follow_up.kind,
        rationale: follow_up.rationale,
        search_space,
        template_id: filled(follow_up.template_id),
    })
}
