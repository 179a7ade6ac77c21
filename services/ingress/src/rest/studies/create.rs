//! `POST /api/v1/studies`: a finished study, its digest and the proposal that follows, all or nothing.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::proposal::{ConfigDiff, CreateStudyRequest, MetricDeltas};
use serde::Deserialize;
use utoipa::ToSchema;

use super::given::{Digest, Objective, Trial};
use crate::{
    App,
    cores::{Core, ask},
    edge::{error::ApiError, fields::Fields},
    rest::{
        given::{Given, Key, Object, Whole},
        proposals::given as proposal,
        shape::{One, RecordedStudy},
    },
};

/// Values per query make studies large.
const LARGEST: usize = 32 * 1024 * 1024;

#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({
    "name": "title boost", "cluster_id": "01890a5d-ac96-774b-bcce-b302099a8057", "template_id": "01890a5d-ac96-774b-bcce-b302099a8058",
    "objective": {"metric": "ndcg", "k": 10, "direction": "maximize"},
    "trials": [
        {"number": 0, "params": {"boost": 1.0}, "status": "complete", "primary_metric": 0.412, "is_baseline": true},
        {"number": 1, "params": {"boost": 2.5}, "status": "complete", "primary_metric": 0.487},
    ],
    "digest": {"narrative": "A higher boost helps.", "recommended_config": {"boost": 2.5}, "parameter_importance": {"boost": 1.0}},
}))]
pub(in crate::rest) struct NewStudy {
    #[serde(default)]
    #[schema(required, min_length = 1, max_length = 256, pattern = r"^[^\x00]*$")]
    name: String,
    #[serde(default)]
    #[schema(required, format = Uuid)]
    cluster_id: String,
    #[serde(default)]
    #[schema(required, format = Uuid)]
    template_id: String,
    #[schema(required, value_type = Objective)]
    objective: Option<Object<Objective>>,
    /// Numbers are unique; at most one is a complete baseline.
    #[serde(default)]
    #[schema(value_type = Vec<Trial>, max_items = 10000)]
    trials: Vec<Object<Trial>>,
    #[schema(value_type = Option<Digest>)]
    digest: Option<Object<Digest>>,
    /// Left out: from the template's defaults to the digest's recommendation.
    #[schema(schema_with = proposal::config_diff_or_null)]
    config_diff: Option<proposal::ConfigDiff>,
    /// Left out: the baseline trial against the best one.
    #[schema(schema_with = proposal::metric_delta)]
    metric_delta: Option<proposal::MetricDeltas>,
    /// The study that this one follows up.
    #[schema(format = Uuid)]
    parent_study_id: Option<String>,
    /// The proposal whose follow-up suggested this study; goes together with the index.
    #[schema(format = Uuid)]
    parent_proposal_id: Option<String>,
    /// Which of that proposal's follow-ups, from 0.
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 2147483647)]
    parent_proposal_followup_index: Option<Whole<i32>>,
    /// How many more studies may follow by themselves.
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 5)]
    auto_followup_depth: Option<Whole<i32>>,
}

pub(in crate::rest) async fn create(
    State(app): State<Arc<App>>,
    Key(request_id): Key,
    Given(new): Given<NewStudy, LARGEST>,
) -> Result<One<RecordedStudy, 201>, ApiError> {
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
        parent_study_id: new.parent_study_id.unwrap_or_default(),
        parent_proposal_id: new.parent_proposal_id.unwrap_or_default(),
        parent_proposal_followup_index: new.parent_proposal_followup_index.map(|whole| whole.0),
        auto_followup_depth: new.auto_followup_depth.map(|whole| whole.0),
        request_id,
    };
    let mut studies = app.cores.studies.clone();
    let made = ask(Core::Proposal, studies.create_study(request)).await;
    let made = made.map_err(|error| error.in_terms_of(&fields))?;
    let recorded = RecordedStudy::new(made.study_id, made.digest_id, made.proposal_id);
    Ok(One(recorded))
}
