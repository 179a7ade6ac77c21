//! Objectives, trials and digests as callers give them.

use pullwright_proto::proposal as v1;
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::schemas::{cut_off, importances, metrics, values};
use crate::rest::{
    given::{Object, Pairs, Time, Whole, or_empty, time},
    shape::words,
};

/// What a study optimises.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewObjective)]
pub(super) struct Objective {
    #[serde(default)]
    #[schema(required, schema_with = words::metric)]
    metric: String,
    /// The cut-off: one of 1, 3, 5, 10, 20, 50 and 100 for `ndcg`, `precision` and `recall`, if wanted for `map`, none for `mrr`.
    #[schema(schema_with = cut_off)]
    k: Option<Whole<i32>>,
    #[serde(default)]
    #[schema(required, schema_with = words::direction)]
    direction: String,
}

impl From<Objective> for v1::Objective {
    fn from(given: Objective) -> Self {
        Self { metric: given.metric, k: given.k.unwrap_or_default().0, direction: given.direction }
    }
}

/// One evaluated set of parameters.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewTrial)]
pub(super) struct Trial {
    /// Within the study, from 0; `optuna_trial_number` is taken for it, too.
    #[serde(alias = "optuna_trial_number")]
    #[schema(value_type = i32, required = false, minimum = 0, maximum = 2147483647)]
    number: Whole<i32>,
    #[serde(default)]
    #[schema(schema_with = values)]
    params: Pairs<Box<RawValue>>,
    /// The objective's value, for a complete trial and for no other.
    primary_metric: Option<f64>,
    #[schema(schema_with = metrics)]
    metrics: Option<Pairs<f64>>,
    #[schema(value_type = Option<i64>, minimum = 0)]
    duration_ms: Option<Whole<i64>>,
    #[serde(default)]
    #[schema(required, schema_with = words::trial_status)]
    status: String,
    #[schema(max_length = 4000, pattern = r"^[^\x00]*$")]
    error: Option<String>,
    #[schema(schema_with = time::or_null)]
    started_at: Option<Time>,
    #[schema(schema_with = time::or_null)]
    ended_at: Option<Time>,
    /// `{query: {metric: value}}`.
    #[schema(value_type = Option<BTreeMap<String, BTreeMap<String, f64>>>)]
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
            number: given.number.0,
            params_json: texts(given.params),
            primary_metric: given.primary_metric,
            metrics: given.metrics.into_iter().flatten().collect(),
            duration_ms: given.duration_ms.unwrap_or_default().0,
            status: status.into(),
            error: given.error.unwrap_or_default(),
            started_at: given.started_at.map(Into::into),
            ended_at: given.ended_at.map(Into::into),
            per_query_metrics_json: or_empty(given.per_query_metrics.as_deref()),
            is_baseline: given.is_baseline,
        }
    }
}

/// The summary of a finished study.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(as = NewDigest)]
pub(super) struct Digest {
    #[serde(default)]
    #[schema(required, min_length = 1, max_length = 65536, pattern = r"^[^\x00]*$")]
    pub(super) narrative: String,
    #[serde(default)]
    #[schema(schema_with = importances)]
    pub(super) parameter_importance: Pairs<f64>,
    #[serde(default)]
    #[schema(schema_with = values)]
    pub(super) recommended_config: Pairs<Box<RawValue>>,
    #[schema(value_type = Option<Vec<FollowUp>>, max_items = 5)]
    pub(super) suggested_followups: Option<Vec<Object<FollowUp>>>,
    /// The caller when it is left out.
    #[serde(default)]
    #[schema(max_length = 256, pattern = r"^[^\x00]*$")]
    pub(super) generated_by: String,
    /// Now when it is left out.
    #[schema(schema_with = time::or_null)]
    pub(super) generated_at: Option<Time>,
}

/// What the optimiser suggests to do next.
#[derive(Debug, Deserialize)]
pub(in crate::rest) struct FollowUp {
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
