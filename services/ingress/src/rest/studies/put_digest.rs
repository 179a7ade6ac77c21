//! `PUT /api/v1/studies/{id}/digest`: the digest, and beside its members the diff and deltas where they are not derived.

use std::sync::Arc;

use axum::{Json, extract::State};
use pullwright_proto::proposal::{ConfigDiff, MetricDeltas, UpdateDigestRequest};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::given::{Digest, FollowUp};
use crate::{
    App,
    cores::{Core, ask},
    edge::{error::ApiError, fields::Fields},
    rest::{
        given::{Given, Id, Object, Pairs, StudyId, Time},
        proposals::given as proposal,
        shape::RecordedStudy,
    },
};

/// A digest's members once more: what is flattened loses the spelling of its numbers.
#[derive(Debug, Deserialize)]
pub(in crate::rest) struct GivenDigest {
    #[serde(default)]
    narrative: String,
    #[serde(default)]
    parameter_importance: Pairs<f64>,
    #[serde(default)]
    recommended_config: Pairs<Box<RawValue>>,
    suggested_followups: Option<Vec<Object<FollowUp>>>,
    #[serde(default)]
    generated_by: String,
    generated_at: Option<Time>,
    config_diff: Option<proposal::ConfigDiff>,
    metric_delta: Option<proposal::MetricDeltas>,
}

pub(in crate::rest) async fn put_digest(
    State(app): State<Arc<App>>,
    id: Id<StudyId>,
    Given(given): Given<GivenDigest>,
) -> Result<Json<RecordedStudy>, ApiError> {
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
        ..UpdateDigestRequest::default()
    };
    let mut studies = app.cores.studies.clone();
    let written = ask(Core::Proposal, studies.update_digest(request)).await;
    let written = written.map_err(|error| error.in_terms_of(&fields))?;
    Ok(Json(RecordedStudy::new(study_id, written.digest_id, written.proposal_id)))
}
