//! One evaluated set of parameters, and which of them won.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use uuid::Uuid;

use super::{
    diff,
    metrics::{self, Direction},
    violation::{Violations, is_at_most, is_storable},
};

/// Most trials of one study.
pub const MOST_TRIALS: usize = 10_000;
/// Longest text that says why a trial failed, in characters.
const LONGEST_ERROR: usize = 4_000;
/// Most metrics of one trial.
const MOST_METRICS: usize = 200;

/// How a trial ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrialStatus {
    /// It was evaluated to the end.
    Complete,
    /// It broke.
    Failed,
    /// It was stopped early.
    Pruned,
}

impl TrialStatus {
    /// The status's name, as it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Failed => "failed",
            Self::Pruned => "pruned",
        }
    }

    /// The status of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Complete, Self::Failed, Self::Pruned]
            .into_iter()
            .find(|status| status.as_str() == text)
    }
}

/// One evaluated set of parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// Its id.
    pub id: Uuid,
    /// Its number within the study, from 0.
    pub number: i32,
    /// Its parameters, as JSON texts by name.
    pub params: BTreeMap<String, String>,
    /// The objective's value; none unless complete.
    pub primary_metric: Option<f64>,
    /// All metrics by name.
    pub metrics: BTreeMap<String, f64>,
    /// How long it took, in milliseconds.
    pub duration_ms: i64,
    /// How it ended.
    pub status: TrialStatus,
    /// Why it failed; empty when it did not.
    pub error: String,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Values per query, a JSON object text; empty when unknown.
    pub per_query_metrics_json: String,
    /// Whether it is the baseline: today's parameters.
    pub is_baseline: bool,
}

impl Trial {
    fn is_complete(&self) -> bool {
        self.status == TrialStatus::Complete
    }

    fn check(&mut self, field: &str, violations: &mut Violations) {
        let at = |name: &str| format!("{field}.{name}");
        violations.require(self.number >= 0, at("number"), "must be 0 or more");
        violations.require(self.duration_ms >= 0, at("duration_ms"), "must be 0 or more");
        violations.require(
            self.primary_metric.is_some() == self.is_complete(),
            at("primary_metric"),
            if self.is_complete() {
                "must be set for a complete trial"
            } else {
                "must not be set unless the trial is complete"
            },
        );
        violations.require(
            self.primary_metric.is_none_or(f64::is_finite),
            at("primary_metric"),
            "must be a finite number",
        );
        check_params(&at("params_json"), &mut self.params, violations);
        violations.require(
            self.metrics.len() <= MOST_METRICS,
            at("metrics"),
            format!("must hold at most {MOST_METRICS} metrics"),
        );
        for (name, value) in self.metrics.iter().take(MOST_METRICS) {
            let field = at(&format!("metrics[{name}]"));
            metrics::check_name(&field, name, violations);
            violations.require(value.is_finite(), field, "must be a finite number");
        }
        violations.require(
            is_at_most(&self.error, LONGEST_ERROR) && is_storable(&self.error),
            at("error"),
            format!("must have at most {LONGEST_ERROR} characters"),
        );
        violations.require(
            self.per_query_metrics_json.is_empty() || is_per_query(&self.per_query_metrics_json),
            at("per_query_metrics_json"),
            "must be a JSON object of {query: {metric: number}}",
        );
    }
}

/// Checks parameters by name and drops the white space around their values.
pub(super) fn check_params(
    field: &str,
    params: &mut BTreeMap<String, String>,
    violations: &mut Violations,
) {
    let most = diff::MOST_CHANGES;
    violations.require(params.len() <= most, field, format!("must hold at most {most} parameters"));
    for (key, value) in params.iter_mut().take(most) {
        let field = format!("{field}[{key}]");
        diff::check_key(&field, key, violations);
        *value = diff::checked_value(&field, value, violations);
    }
}

/// Checks a study's trials: at most 10,000, each number once, at most one complete baseline.
pub fn check(field: &str, trials: &mut [Trial], violations: &mut Violations) {
    if trials.len() > MOST_TRIALS {
        return violations.add(field, format!("must hold at most {MOST_TRIALS} trials"));
    }
    let (mut numbers, mut baselines) = (HashSet::new(), 0);
    for (index, trial) in trials.iter_mut().enumerate() {
        let field = format!("{field}[{index}]");
        trial.check(&field, violations);
        violations.require(
            numbers.insert(trial.number),
            format!("{field}.number"),
            "must not stand twice",
        );
        baselines += i32::from(trial.is_baseline && trial.is_complete());
        violations.require(
            baselines <= 1 || !trial.is_baseline,
            format!("{field}.is_baseline"),
            "must be set for one complete trial at most",
        );
    }
}

/// The complete baseline, if there is one.
#[must_use]
pub fn baseline(trials: &[Trial]) -> Option<&Trial> {
    trials.iter().find(|trial| trial.is_baseline && trial.is_complete())
}

/// The best complete trial other than the baseline; of equals the one with the lower number.
#[must_use]
pub fn best(trials: &[Trial], direction: Direction) -> Option<&Trial> {
    let mut candidates: Vec<_> = trials
        .iter()
        .filter(|trial| trial.is_complete() && !trial.is_baseline)
        .filter_map(|trial| Some((trial.primary_metric?, trial)))
        .collect();
    candidates.sort_by_key(|(_, trial)| trial.number);
    let better = |best: Option<(f64, _)>, (value, trial)| match best {
        Some((known, _)) if !direction.is_better(value, known) => best,
        _ => Some((value, trial)),
    };
    candidates.into_iter().fold(None, better).map(|(_, trial)| trial)
}

fn is_per_query(text: &str) -> bool {
    is_storable(text)
        && serde_json::from_str::<BTreeMap<String, BTreeMap<String, f64>>>(text).is_ok()
}
