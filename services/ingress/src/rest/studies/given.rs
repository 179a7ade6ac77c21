//! Objectives, trials and digests as callers give them.

use pullwright_proto::proposal as v1;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::rest::given::{Object, Pairs, Time, or_empty};

#[derive(Debug, Deserialize)]
pub(super) struct Objective {
    #[serde(default)]
    metric: String,
    k: Option<i32>,
    #[serde(default)]
    direction: String,
}

impl From<Objective> for v1::Objective {
    fn from(given: Objective) -> Self {
        Self { metric: given.metric, k: given.k.unwrap_or_default(), direction: given.direction }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Trial {
    #[serde(alias = "optuna_trial_number")]
    number: i32,
    #[serde(default)]
    params: Pairs<Box<RawValue>>,
    primary_metric: Option<f64>,
    metrics: Option<Pairs<f64>>,
    duration_ms: Option<i64>,
    #[serde(default)]
    status: String,
    error: Option<String>,
    started_at: Option<Time>,
    ended_at: Option<Time>,
    per_query_metrics: Option<Box<RawValue>>,
    #[serde(default)]
    is_baseline: bool,
}

impl From<Trial> for v1::Trial {
    fn from(given: Trial) -> Self {
        // The ledger says which words there are when it meets none of them.
        let status = match given.status.as_str() {
            "complete" => v1::TrialStatus::Complete,
            "failed" => v1::TrialStatus::Failed,
            "pruned" => v1::TrialStatus::Pruned,
            _ => v1::TrialStatus::Unspecified,
        };
        Self {
            id: String::new(),
            number: given.number,
            params_json: texts(given.params),
            primary_metric: given.primary_metric,
            metrics: given.metrics.into_iter().flatten().collect(),
            duration_ms: given.duration_ms.unwrap_or_default(),
            status: status.into(),
            error: given.error.unwrap_or_default(),
            started_at: given.started_at.map(Into::into),
            ended_at: given.ended_at.map(Into::into),
            per_query_metrics_json: or_empty(given.per_query_metrics.as_deref()),
            is_baseline: given.is_baseline,
        }
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Digest {
    #[serde(default)]
    pub(super) narrative: String,
    #[serde(default)]
    pub(super) parameter_importance: Pairs<f64>,
    #[serde(default)]
    pub(super) recommended_config: Pairs<Box<RawValue>>,
    pub(super) suggested_followups: Option<Vec<Object<FollowUp>>>,
    #[serde(default)]
    pub(super) generated_by: String,
    pub(super) generated_at: Option<Time>,
}

#[derive(Debug, Deserialize)]
pub(super) struct FollowUp {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    rationale: String,
    search_space: Option<Box<RawValue>>,
    template_id: Option<String>,
}

impl From<Digest> for v1::Digest {
    fn from(given: Digest) -> Self {
        let followups = given.suggested_followups.unwrap_or_default();
        Self {
            id: String::new(),
            narrative: given.narrative,
            parameter_importance: given.parameter_importance.into_iter().collect(),
            recommended_config_json: texts(given.recommended_config),
            suggested_followups: followups.into_iter().map(|Object(one)| one.into()).collect(),
            generated_by: given.generated_by,
            generated_at: given.generated_at.map(Into::into),
        }
    }
}

impl From<FollowUp> for v1::FollowUp {
    fn from(given: FollowUp) -> Self {
        Self {
            kind: given.kind,
            rationale: given.rationale,
            search_space_json: or_empty(given.search_space.as_deref()),
            template_id: given.template_id.unwrap_or_default(),
        }
    }
}

fn texts(values: Pairs<Box<RawValue>>) -> std::collections::BTreeMap<String, String> {
    values.into_iter().map(|(key, value)| (key, value.get().to_owned())).collect()
}
