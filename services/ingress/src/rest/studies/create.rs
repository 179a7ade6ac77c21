//! `POST /api/v1/studies`: a finished study, its digest and the proposal that follows, all or nothing.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use pullwright_proto::proposal::{ConfigDiff, CreateStudyRequest, MetricDeltas};
use serde::Deserialize;

use super::given::{Digest, Objective, Trial};
use crate::{
    App,
    cores::{Core, ask},
    edge::{error::ApiError, fields::Fields},
    rest::{
        given::{Given, Object},
        proposals::given as proposal,
        shape::RecordedStudy,
    },
};

/// Values per query make studies large.
const LARGEST: usize = 32 * 1024 * 1024;

#[derive(Debug, Deserialize)]
pub(in crate::rest) struct NewStudy {
    #[serde(default)]
    name: String,
    #[serde(default)]
    cluster_id: String,
    #[serde(default)]
    template_id: String,
    objective: Option<Object<Objective>>,
    #[serde(default)]
    trials: Vec<Object<Trial>>,
    digest: Option<Object<Digest>>,
    config_diff: Option<proposal::ConfigDiff>,
    metric_delta: Option<proposal::MetricDeltas>,
}

pub(in crate::rest) async fn create(
    State(app): State<Arc<App>>,
    Given(new): Given<NewStudy, LARGEST>,
) -> Result<(StatusCode, Json<RecordedStudy>), ApiError> {
    let fields = Fields::default()
        .keys("config_diff", new.config_diff.iter().flat_map(|diff| diff.keys()))
        .keys("metric_delta", new.metric_delta.iter().flat_map(|delta| delta.keys()));
    let request = CreateStudyRequest {
        name: new.name,
        cluster_id: new.cluster_id,
        template_id: new.template_id,
        objective: new.objective.map(|Object(objective)| objective.into()),
        trials: new.trials.into_iter().map(|Object(trial)| trial.into()).collect(),
        digest: new.digest.map(|Object(digest)| digest.into()),
        config_diff: new.config_diff.map(|diff| ConfigDiff { changes: proposal::changes(diff) }),
        metric_delta: new
            .metric_delta
            .map(|delta| MetricDeltas { deltas: proposal::deltas(delta) }),
        ..CreateStudyRequest::default()
    };
    let mut studies = app.cores.studies.clone();
    let made = ask(Core::Proposal, studies.create_study(request)).await;
    let made = made.map_err(|error| error.in_terms_of(&fields))?;
    let recorded = RecordedStudy::new(made.study_id, made.digest_id, made.proposal_id);
    Ok((StatusCode::CREATED, Json(recorded)))
}
