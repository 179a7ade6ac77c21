//! How sure one may be of a winner, on the wire. What people searched for stays in the ledger unless a setting lets it out.

use pullwright_proto::proposal as v1;

use crate::domain::confidence::{
    Comparison, Confidence, Convergence, Gap, Interval, QueryTexts, Regression,
};

/// Writes how sure one may be, with or without the texts of queries that got worse.
#[must_use]
pub fn message(confidence: Confidence, texts: QueryTexts) -> v1::Confidence {
    v1::Confidence {
        metric: confidence.metric,
        interval: confidence.interval.map(interval),
        queries: confidence.queries.map(|queries| comparison(queries, texts)),
        runner_up_gap: confidence.runner_up_gap.map(gap),
        late_trial_sigma: confidence.late_trial_sigma,
        convergence: confidence.convergence.map(convergence),
    }
}

fn interval(interval: Interval) -> v1::ConfidenceInterval {
    v1::ConfidenceInterval {
        value: interval.value,
        low: interval.low,
        high: interval.high,
        query_count: count(interval.query_count),
    }
}

fn comparison(comparison: Comparison, texts: QueryTexts) -> v1::QueryComparison {
    v1::QueryComparison {
        against: comparison.against.as_str().to_owned(),
        improved: count(comparison.improved),
        unchanged: count(comparison.unchanged),
        regressed: count(comparison.regressed),
        regressions: comparison.regressions.into_iter().map(|one| regression(one, texts)).collect(),
    }
}

fn regression(regression: Regression, texts: QueryTexts) -> v1::QueryRegression {
    let query = match texts {
        QueryTexts::Shown => regression.query,
        QueryTexts::Kept => String::new(),
    };
    v1::QueryRegression { query, from: regression.from, to: regression.to }
}

fn gap(gap: Gap) -> v1::RunnerUpGap {
    v1::RunnerUpGap { gap: gap.gap, shape: gap.shape.as_str().to_owned() }
}

fn convergence(convergence: Convergence) -> v1::Convergence {
    v1::Convergence {
        kind: convergence.regime.as_str().to_owned(),
        best_trial: convergence.best_trial,
        trial_count: convergence.trial_count,
    }
}

fn count(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
