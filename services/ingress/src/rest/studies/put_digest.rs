//! `PUT /api/v1/studies/{id}/digest`: the digest, and beside its members the diff and deltas where they are not derived.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::proposal::{ConfigDiff, MetricDeltas, UpdateDigestRequest};
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::{
    given::{Digest, FollowUp},
    schemas,
};
use crate::{
    App,
    cores::{Core, ask},
    edge::{error::ApiError, fields::Fields},
    rest::{
        given::{Given, Id, Key, Object, Pairs, StudyId, Time, time},
        proposals::given as proposal,
        shape::{One, RecordedStudy},
    },
};

/// A digest's members once more: what is flattened loses the spelling of its numbers.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"narrative": "A higher boost helps.", "recommended_config": {"boost": 2.5}, "parameter_importance": {"boost": 1.0}}))]
pub(in crate::rest) struct GivenDigest {
    #[serde(default)]
    #[schema(required, min_length = 1, max_length = 65536, pattern = r"^[^\x00]*$")]
    narrative: String,
    #[serde(default)]
    #[schema(schema_with = schemas::importances)]
    parameter_importance: Pairs<f64>,
    #[serde(default)]
    #[schema(schema_with = schemas::values)]
    recommended_config: Pairs<Box<RawValue>>,
    #[schema(value_type = Option<Vec<FollowUp>>, max_items = 5)]
    suggested_followups: Option<Vec<Object<FollowUp>>>,
    /// The caller when it is left out.
    #[serde(default)]
    #[schema(max_length = 256, pattern = r"^[^\x00]*$")]
    generated_by: String,
    /// Now when it is left out.
    #[schema(schema_with = time::or_null)]
    generated_at: Option<Time>,
    /// Left out: from the template's defaults to the recommendation.
    #[schema(schema_with = proposal::config_diff_or_null)]
    config_diff: Option<proposal::ConfigDiff>,
    /// Left out: the baseline trial against the best one.
    #[schema(schema_with = proposal::metric_delta)]
    metric_delta: Option<proposal::MetricDeltas>,
}

pub(in crate::rest) async fn put_digest(
    State(app): State<Arc<App>>,
    id: Id<StudyId>,
    Key(request_id): Key,
    Given(given): Given<GivenDigest>,
) -> Result<One<RecordedStudy>, ApiError> {
    let fields = Fields::default()
        .unwrap("digest")
        .keys("config_diff", given.config_diff.iter().flat_map(|diff| diff.keys()))
        .keys("metric_delta", given.metric_delta.iter().flat_map(|delta| delta.keys()));
    let digest = Digest {
        narrative: given.narrative,
        parameter_importance: given.parameter_importance,
        recommended_config: given.recommended_config,
        suggested_followups: given.suggested_followups,
        generated_by: given.generated_by,
        generated_at: given.generated_at,
    };
    let study_id = id.to_string();
    let request = UpdateDigestRequest {
        study_id: study_id.clone(),
        digest: Some(digest.into()),
        config_diff: given.config_diff.map(|diff| ConfigDiff { changes: proposal::changes(diff) }),
        metric_delta: given
            .metric_delta
            .map(|delta| MetricDeltas { deltas: proposal::deltas(delta) }),
        request_id,
    };
    let mut studies = app.cores.studies.clone();
    let written = ask(Core::Proposal, studies.update_digest(request)).await;
    let written = written.map_err(|error| error.in_terms_of(&fields))?;
    Ok(One(RecordedStudy::new(study_id, written.digest_id, written.proposal_id)))
}
