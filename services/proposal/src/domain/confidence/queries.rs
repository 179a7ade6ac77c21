//! The winner against another trial, query by query.

use std::collections::HashMap;

use super::{ROUNDING, Value, gain};
use crate::domain::Objective;

/// How many regressions are named.
const NAMED: usize = 5;

/// How many queries got better and worse.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The trial that the winner is held against.
    pub against: Against,
    /// Queries that are better by at least the metric's threshold.
    pub improved: usize,
    /// Queries within the threshold.
    pub unchanged: usize,
    /// Queries that are worse by at least the threshold.
    pub regressed: usize,
    /// The worst of these, the worst first, at most 5.
    pub regressions: Vec<Regression>,
}

/// What a winner is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// Today's parameters.
    Baseline,
    /// The second best trial.
    RunnerUp,
}

impl Against {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::RunnerUp => "runner_up",
        }
    }
}

/// A query that got worse.
#[derive(Debug, Clone, PartialEq)]
pub struct Regression {
    /// The query.
    pub query: String,
    /// The other trial's value.
    pub from: f64,
    /// The winner's value.
    pub to: f64,
}

/// Compares the queries that both have; none when there is no such query.
pub(super) fn compare(
    objective: &Objective,
    against: Against,
    other: &[Value],
    winner: &[Value],
) -> Option<Comparison> {
    let threshold = threshold(&objective.metric)? - ROUNDING;
    let known: HashMap<&str, f64> =
        other.iter().map(|value| (value.query.as_str(), value.value)).collect();
    let (mut improved, mut unchanged, mut worse) = (0, 0, Vec::new());
    for Value { query, value } in winner {
        let Some(&from) = known.get(query.as_str()) else { continue };
        let gain = gain(objective.direction, from, *value);
        if gain >= threshold {
            improved += 1;
        } else if gain <= -threshold {
            worse.push((gain, Regression { query: query.clone(), from, to: *value }));
        } else {
            unchanged += 1;
        }
    }
    let regressed = worse.len();
    // Of equals the one whose text comes first: the same list however the queries were ordered.
    worse.sort_by(|(one_gain, one), (other_gain, other)| {
        one_gain.total_cmp(other_gain).then_with(|| one.query.cmp(&other.query))
    });
    let regressions = worse.into_iter().take(NAMED).map(|(_, regression)| regression).collect();
    let compared = improved + unchanged + regressed;
    (compared > 0).then_some(Comparison { against, improved, unchanged, regressed, regressions })
}

/// What a metric must change by to count (RelyLoop's table); none for a metric that is not known.
fn threshold(metric: &str) -> Option<f64> {
    match metric {
        "ndcg" | "precision" | "recall" => Some(0.01),
        "map" | "mrr" => Some(0.02),
        _ => None,
    }
}
