//! Studies with their trials, and what recording one gave.

use std::collections::BTreeMap;

use jiff::Timestamp;
use pullwright_proto::proposal as v1;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::{
    Digest, OffContract, Result, confidence::Confidence, digest, filled, raw, time, words,
};

/// What a study optimises.
#[derive(Debug, Serialize, ToSchema)]
struct Objective {
    #[schema(schema_with = words::metric)]
    metric: String,
    /// The cut-off, when the metric has one.
    k: Option<i32>,
    #[schema(schema_with = words::direction)]
    direction: String,
}

/// One evaluated set of parameters.
#[derive(Debug, Serialize, ToSchema)]
struct Trial {
    #[schema(format = Uuid)]
    id: String,
    number: i32,
    #[schema(value_type = BTreeMap<String, serde_json::Value>)]
    params: BTreeMap<String, Box<RawValue>>,
    primary_metric: Option<f64>,
    metrics: BTreeMap<String, f64>,
    duration_ms: i64,
    #[schema(schema_with = words::trial_status)]
    status: &'static str,
    error: Option<String>,
    started_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    is_baseline: bool,
}

/// A study in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StudyInList)]
pub(crate) struct StudySummary {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    #[schema(format = Uuid)]
    cluster_id: String,
    #[schema(format = Uuid)]
    template_id: String,
    objective: Objective,
    #[schema(schema_with = words::study_status)]
    status: String,
    baseline_metric: Option<f64>,
    best_metric: Option<f64>,
    #[schema(format = Uuid)]
    best_trial_id: Option<String>,
    /// The study that this one follows up.
    #[schema(format = Uuid)]
    parent_study_id: Option<String>,
    created_at: Timestamp,
}

/// A study. Values per query never leave the ledger.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Study {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    #[schema(format = Uuid)]
    cluster_id: String,
    #[schema(format = Uuid)]
    template_id: String,
    objective: Objective,
    #[schema(schema_with = words::study_status)]
    status: String,
    baseline_metric: Option<f64>,
    best_metric: Option<f64>,
    #[schema(format = Uuid)]
    best_trial_id: Option<String>,
    /// The study that this one follows up.
    #[schema(format = Uuid)]
    parent_study_id: Option<String>,
    /// The proposal whose follow-up suggested this study.
    #[schema(format = Uuid)]
    parent_proposal_id: Option<String>,
    /// Which of that proposal's follow-ups, from 0.
    parent_proposal_followup_index: Option<i32>,
    /// How many more studies may follow by themselves.
    auto_followup_depth: Option<i32>,
    /// How sure one may be of its winner; null when no trial succeeded.
    confidence: Option<Confidence>,
    digest: Option<Digest>,
    trials: Vec<Trial>,
    created_at: Timestamp,
}

impl TryFrom<v1::Study> for Study {
    type Error = OffContract;

    fn try_from(study: v1::Study) -> Result<Self> {
        Ok(Self {
            id: study.id,
            name: study.name,
            cluster_id: study.cluster_id,
            template_id: study.template_id,
            objective: objective(study.objective)?,
            status: study.status,
            baseline_metric: study.baseline_metric,
            best_metric: study.best_metric,
            best_trial_id: filled(study.best_trial_id),
            parent_study_id: filled(study.parent_study_id),
            parent_proposal_id: filled(study.parent_proposal_id),
            parent_proposal_followup_index: study.parent_proposal_followup_index,
            auto_followup_depth: study.auto_followup_depth,
            confidence: study.confidence.map(Into::into),
            digest: study.digest.map(Digest::try_from).transpose()?,
            trials: study.trials.into_iter().map(trial).collect::<Result<_>>()?,
            created_at: time::required("study.created_at", study.created_at)?,
        })
    }
}

impl TryFrom<v1::Study> for StudySummary {
    type Error = OffContract;

    fn try_from(study: v1::Study) -> Result<Self> {
        Ok(Self {
            id: study.id,
            name: study.name,
            cluster_id: study.cluster_id,
            template_id: study.template_id,
            objective: objective(study.objective)?,
            status: study.status,
            baseline_metric: study.baseline_metric,
            best_metric: study.best_metric,
            best_trial_id: filled(study.best_trial_id),
            parent_study_id: filled(study.parent_study_id),
            created_at: time::required("study.created_at", study.created_at)?,
        })
    }
}

fn objective(given: Option<v1::Objective>) -> Result<Objective> {
    let v1::Objective { metric, k, direction } = given.ok_or(OffContract("study.objective"))?;
    Ok(Objective { metric, k: (k != 0).then_some(k), direction })
}

fn trial(trial: v1::Trial) -> Result<Trial> {
    let status = match trial.status() {
        v1::TrialStatus::Unspecified => return Err(OffContract("study.trials.status")),
        v1::TrialStatus::Complete => "complete",
        v1::TrialStatus::Failed => "failed",
        v1::TrialStatus::Pruned => "pruned",
    };
    Ok(Trial {
        id: trial.id,
        number: trial.number,
        params: raw::object("study.trials.params_json", trial.params_json)?,
        primary_metric: trial.primary_metric,
        metrics: digest::sorted(trial.metrics),
        duration_ms: trial.duration_ms,
        status,
        error: filled(trial.error),
        started_at: time::optional("study.trials.started_at", trial.started_at)?,
        ended_at: time::optional("study.trials.ended_at", trial.ended_at)?,
        is_baseline: trial.is_baseline,
    })
}

/// What recording a study, or writing its digest, gave.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordedStudy {
    #[schema(format = Uuid)]
    study_id: String,
    #[schema(format = Uuid)]
    digest_id: Option<String>,
    /// Null when no trial succeeded.
    #[schema(format = Uuid)]
    proposal_id: Option<String>,
}

impl RecordedStudy {
    pub(crate) fn new(study_id: String, digest_id: String, proposal_id: String) -> Self {
        Self { study_id, digest_id: filled(digest_id), proposal_id: filled(proposal_id) }
    }
}
