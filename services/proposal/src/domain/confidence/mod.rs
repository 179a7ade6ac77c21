//! How sure one may be of a study's winner: numbers that follow from its trials alone, the same whenever they are asked for.
//! Pure: does not know where trials are kept, nor who may read a query's text.

mod course;
mod interval;
mod per_query;
mod queries;
mod random;
mod scores;
#[cfg(test)]
mod tests;

use super::{Direction, Objective};

pub use course::{Convergence, Gap, Regime, Shape};
pub use interval::Interval;
pub use per_query::{Unreadable, Value, read};
pub use queries::{Against, Comparison, Regression};
pub use scores::{Score, Scores};

/// What decimals may lose in binary: 0.51 - 0.5 is not quite 0.01, and is meant to be.
const ROUNDING: f64 = 1e-9;

/// Whether the texts of queries may leave the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueryTexts {
    /// They may.
    Shown,
    /// They stay.
    Kept,
}

/// What is known of a study that has a winner.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Its trials' values.
    pub scores: Scores,
    /// The winner's values per query; empty when unknown.
    pub winner: Vec<Value>,
    /// The baseline's values per query; empty when unknown.
    pub baseline: Vec<Value>,
    /// The runner-up's values per query; empty when unknown.
    pub runner_up: Vec<Value>,
}

/// How sure one may be of a winner; each part is absent when the trials do not give it.
#[derive(Debug, Clone, PartialEq)]
pub struct Confidence {
    /// The objective as a key, such as `ndcg@10`.
    pub metric: String,
    /// The winner's mean over its queries, with its interval.
    pub interval: Option<Interval>,
    /// The winner against the baseline or the runner-up, query by query.
    pub queries: Option<Comparison>,
    /// How far ahead of the runner-up the winner is.
    pub runner_up_gap: Option<Gap>,
    /// The sample standard deviation of the last trials.
    pub late_trial_sigma: Option<f64>,
    /// When the best trial came.
    pub convergence: Option<Convergence>,
}

impl Evidence {
    /// What follows from the evidence.
    #[must_use]
    pub fn confidence(&self, objective: &Objective) -> Confidence {
        let values: Vec<f64> = self.winner.iter().map(|value| value.value).collect();
        let against = [(Against::Baseline, &self.baseline), (Against::RunnerUp, &self.runner_up)];
        Confidence {
            metric: objective.key(),
            interval: interval::of(&values),
            queries: against.into_iter().find_map(|(against, other)| {
                queries::compare(objective, against, other, &self.winner)
            }),
            runner_up_gap: course::runner_up_gap(&self.scores),
            late_trial_sigma: course::late_trial_sigma(&self.scores),
            convergence: course::convergence(&self.scores),
        }
    }
}

/// By how much `to` is better than `from`; negative when it is worse.
fn gain(direction: Direction, from: f64, to: f64) -> f64 {
    match direction {
        Direction::Maximize => to - from,
        Direction::Minimize => from - to,
    }
}
