//! A finished study and the proposal that follows from it.

use jiff::Timestamp;
use pullwright_params::Declared;
use uuid::Uuid;

use super::{
    Digest, MetricDelta, MetricDeltas, Objective, Trial,
    chain::Lineage,
    diff,
    proposal::Change,
    trial,
    violation::{Violations, has_length, is_storable},
};

/// Longest name of a study, in characters.
const LONGEST_NAME: usize = 256;

/// A finished study, without trials and digest.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// The cluster it ran against.
    pub cluster_id: Uuid,
    /// The template it tuned.
    pub template_id: Uuid,
    /// What it optimised.
    pub objective: Objective,
    /// `completed` for every recorded study.
    pub status: String,
    /// The baseline's value.
    pub baseline_metric: Option<f64>,
    /// The best trial's value.
    pub best_metric: Option<f64>,
    /// The best trial; none when no trial succeeded.
    pub best_trial_id: Option<Uuid>,
    /// Where it comes from.
    pub lineage: Lineage,
    /// When it was recorded.
    pub created_at: Timestamp,
}

/// Checks a study's name.
pub fn check_name(field: &str, name: &str, violations: &mut Violations) {
    violations.require(
        has_length(name, LONGEST_NAME) && is_storable(name),
        field,
        format!("must have 1 to {LONGEST_NAME} characters"),
    );
}

/// What a study knows about its outcome.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// The baseline's value.
    pub baseline_metric: Option<f64>,
    /// The best trial's value.
    pub best_metric: Option<f64>,
    /// The best trial.
    pub best_trial_id: Option<Uuid>,
}

impl Outcome {
    /// The outcome of these trials.
    #[must_use]
    pub fn of(trials: &[Trial], objective: &Objective) -> Self {
        let best = trial::best(trials, objective.direction);
        Self {
            baseline_metric: trial::baseline(trials).and_then(|trial| trial.primary_metric),
            best_metric: best.and_then(|trial| trial.primary_metric),
            best_trial_id: best.map(|trial| trial.id),
        }
    }
}

/// What a study's proposal says; the caller may have said parts of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Content {
    /// The diff, sorted by key; empty while there is no digest.
    pub changes: Vec<Change>,
    /// The metric deltas.
    pub metric_delta: Option<MetricDeltas>,
}

/// What the caller said about the proposal's content.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Given {
    /// The diff; none asks for the one that follows from the digest.
    pub changes: Option<Vec<Change>>,
    /// The deltas; none asks for the ones that follow from the trials.
    pub metric_delta: Option<MetricDeltas>,
}

/// What follows for the proposal: none means that there must not be one, because no trial succeeded or because the template
/// declares nothing of what is recommended.
#[must_use]
pub fn content(
    outcome: Outcome,
    objective: &Objective,
    digest: Option<&Digest>,
    given: Given,
    declared: &Declared,
) -> Option<Content> {
    let achieved = outcome.best_metric?;
    let changes = match (given.changes, digest) {
        (Some(changes), _) => changes,
        (None, None) => {
            return Some(Content { changes: Vec::new(), metric_delta: given.metric_delta });
        }
        (None, Some(digest)) => diff::derived(declared, &digest.recommended_config),
    };
    if changes.is_empty() {
        return None;
    }
    let from_trials =
        || [(objective.key(), MetricDelta::between(outcome.baseline_metric, achieved))].into();
    Some(Content { changes, metric_delta: Some(given.metric_delta.unwrap_or_else(from_trials)) })
}
