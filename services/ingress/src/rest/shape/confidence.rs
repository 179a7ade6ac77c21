//! How sure one may be of a study's winner (RelyLoop §8). Texts of queries are the ledger's to give.

use pullwright_proto::proposal as v1;
use serde::Serialize;
use utoipa::ToSchema;

use super::filled;

/// A bootstrap interval: 1,000 resamples, 95 % percentile, seed 42.
#[derive(Debug, Serialize, ToSchema)]
struct ConfidenceInterval {
    /// The mean of the values.
    value: f64,
    low: f64,
    high: f64,
    query_count: i32,
}

/// A query that got worse.
#[derive(Debug, Serialize, ToSchema)]
struct QueryRegression {
    /// Its text; null unless a setting lets texts leave the ledger.
    query: Option<String>,
    from: f64,
    to: f64,
}

/// How many queries got better and worse.
#[derive(Debug, Serialize, ToSchema)]
struct QueryComparison {
    /// `baseline` or `runner_up`.
    against: String,
    improved: i32,
    unchanged: i32,
    regressed: i32,
    /// The worst, the worst first.
    #[schema(max_items = 5)]
    regressions: Vec<QueryRegression>,
}

/// How far ahead the winner is.
#[derive(Debug, Serialize, ToSchema)]
struct RunnerUpGap {
    #[schema(minimum = 0)]
    gap: f64,
    /// `sharp_peak` or `robust_plateau`.
    shape: String,
}

/// When the best trial came.
#[derive(Debug, Serialize, ToSchema)]
struct Convergence {
    /// `early_held`, `late_rising` or `noisy`.
    kind: String,
    best_trial: i32,
    trial_count: i32,
}

/// How sure one may be of a study's winner; each part is null when the trials do not give it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Confidence {
    /// The objective as a key, such as `ndcg@10`.
    metric: String,
    interval: Option<ConfidenceInterval>,
    queries: Option<QueryComparison>,
    runner_up_gap: Option<RunnerUpGap>,
    late_trial_sigma: Option<f64>,
    convergence: Option<Convergence>,
}

impl From<v1::Confidence> for Confidence {
    fn from(given: v1::Confidence) -> Self {
        Self {
            metric: given.metric,
            interval: given.interval.map(|one| ConfidenceInterval {
                value: one.value,
                low: one.low,
                high: one.high,
                query_count: one.query_count,
            }),
            queries: given.queries.map(comparison),
            runner_up_gap: given
                .runner_up_gap
                .map(|one| RunnerUpGap { gap: one.gap, shape: one.shape }),
            late_trial_sigma: given.late_trial_sigma,
            convergence: given.convergence.map(|one| Convergence {
                kind: one.kind,
                best_trial: one.best_trial,
                trial_count: one.trial_count,
            }),
        }
    }
}

fn comparison(given: v1::QueryComparison) -> QueryComparison {
    let regression = |one: v1::QueryRegression| QueryRegression {
        query: filled(one.query),
        from: one.from,
        to: one.to,
    };
    QueryComparison {
        against: given.against,
        improved: given.improved,
        unchanged: given.unchanged,
        regressed: given.regressed,
        regressions: given.regressions.into_iter().map(regression).collect(),
    }
}
