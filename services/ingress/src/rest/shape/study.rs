//! Studies with their trials, and what recording one gave.

use std::collections::BTreeMap;

use jiff::Timestamp;
use pullwright_proto::proposal as v1;
use serde::Serialize;
use serde_json::value::RawValue;

use super::{Digest, OffContract, Result, digest, filled, raw, time};

#[derive(Debug, Serialize)]
struct Objective {
    metric: String,
    k: Option<i32>,
    direction: String,
}

#[derive(Debug, Serialize)]
struct Trial {
    id: String,
    number: i32,
    params: BTreeMap<String, Box<RawValue>>,
    primary_metric: Option<f64>,
    metrics: BTreeMap<String, f64>,
    duration_ms: i64,
    status: &'static str,
    error: Option<String>,
    started_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    is_baseline: bool,
}

/// A study. Values per query never leave the ledger.
#[derive(Debug, Serialize)]
pub(crate) struct Study {
    id: String,
    name: String,
    cluster_id: String,
    template_id: String,
    objective: Objective,
    status: String,
    baseline_metric: Option<f64>,
    best_metric: Option<f64>,
    best_trial_id: Option<String>,
    digest: Option<Digest>,
    trials: Vec<Trial>,
    created_at: Timestamp,
}

impl TryFrom<v1::Study> for Study {
    type Error = OffContract;

    fn try_from(study: v1::Study) -> Result<Self> {
        let objective = study.objective.ok_or(OffContract("study.objective"))?;
        Ok(Self {
            id: study.id,
            name: study.name,
            cluster_id: study.cluster_id,
            template_id: study.template_id,
            objective: Objective {
                metric: objective.metric,
                k: (objective.k != 0).then_some(objective.k),
                direction: objective.direction,
            },
            status: study.status,
            baseline_metric: study.baseline_metric,
            best_metric: study.best_metric,
            best_trial_id: filled(study.best_trial_id),
            digest: study.digest.map(Digest::try_from).transpose()?,
            trials: study.trials.into_iter().map(trial).collect::<Result<_>>()?,
            created_at: time::required("study.created_at", study.created_at)?,
        })
    }
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
#[derive(Debug, Serialize)]
pub(crate) struct RecordedStudy {
    study_id: String,
    digest_id: Option<String>,
    proposal_id: Option<String>,
}

impl RecordedStudy {
    pub(crate) fn new(study_id: String, digest_id: String, proposal_id: String) -> Self {
        Self { study_id, digest_id: filled(digest_id), proposal_id: filled(proposal_id) }
    }
}
