//! What is optimised, and what a change did to it.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use super::violation::{Violations, has_length, is_storable};

/// The cut-offs that a metric may have (RelyLoop's list).
const CUT_OFFS: [i32; 7] = [1, 3, 5, 10, 20, 50, 100];

/// Longest name of a metric.
const LONGEST_NAME: usize = 128;

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// More is better.
    Maximize,
    /// Less is better.
    Minimize,
}

impl Direction {
    /// The direction's name, as it is stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Maximize => "maximize",
            Self::Minimize => "minimize",
        }
    }

    /// The direction of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Maximize, Self::Minimize].into_iter().find(|direction| direction.as_str() == text)
    }

    /// Whether `one` is better than `other`.
    #[must_use]
    pub fn is_better(self, one: f64, other: f64) -> bool {
        match self {
            Self::Maximize => one > other,
            Self::Minimize => one < other,
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a study optimises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objective {
    /// `ndcg`, `precision`, `recall`, `map` or `mrr`.
    pub metric: String,
    /// The cut-off, when the metric has one.
    pub k: Option<i32>,
    /// Which way is better.
    pub direction: Direction,
}

impl Objective {
    /// The metric's name with its cut-off: `ndcg@10`, `mrr`.
    #[must_use]
    pub fn key(&self) -> String {
        match self.k {
            Some(k) => format!("{}@{k}", self.metric),
            None => self.metric.clone(),
        }
    }

    /// Checks metric and cut-off: `ndcg`, `precision` and `recall` need one, `map` may have one, `mrr` has none.
    pub fn check(&self, field: &str, violations: &mut Violations) {
        let (needs, takes) = match self.metric.as_str() {
            "ndcg" | "precision" | "recall" => (true, true),
            "map" => (false, true),
            "mrr" => (false, false),
            _ => {
                return violations.add(
                    format!("{field}.metric"),
                    "must be one of ndcg, precision, recall, map, mrr",
                );
            }
        };
        let field = format!("{field}.k");
        match self.k {
            None => violations.require(
                !needs,
                field,
                format!("must be set for {}: one of {CUT_OFFS:?}", self.metric),
            ),
            Some(_) if !takes => violations
                .add(field, format!("must be 0 for {}, which has no cut-off", self.metric)),
            Some(k) => violations.require(
                CUT_OFFS.contains(&k),
                field,
                format!("must be one of {CUT_OFFS:?}"),
            ),
        }
    }
}

/// What one metric did between the baseline and the best trial.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MetricDelta {
    /// The value before, when it was measured.
    pub baseline: Option<f64>,
    /// The value of the best trial.
    pub achieved: f64,
    /// The relative change in per cent; none without a baseline other than zero.
    pub delta_pct: Option<f64>,
}

/// Metric deltas by the metric's name, such as `ndcg@10`.
pub type MetricDeltas = BTreeMap<String, MetricDelta>;

impl MetricDelta {
    /// The delta from `baseline` to `achieved`, the percentage rounded to two decimals.
    #[must_use]
    pub fn between(baseline: Option<f64>, achieved: f64) -> Self {
        let delta_pct = baseline
            .filter(|baseline| *baseline != 0.0)
            .map(|baseline| {
                ((achieved - baseline) / baseline.abs() * 100.0 * 100.0).round() / 100.0
            })
            .filter(|percentage| percentage.is_finite());
        Self { baseline, achieved, delta_pct }
    }
}

/// Takes deltas that a caller gave: finite numbers, each metric once.
pub fn checked(
    field: &str,
    given: Vec<(String, MetricDelta)>,
    violations: &mut Violations,
) -> MetricDeltas {
    let mut deltas = MetricDeltas::new();
    for (index, (metric, delta)) in given.into_iter().enumerate() {
        let field = format!("{field}[{index}]");
        let numbers = [
            ("baseline", delta.baseline),
            ("achieved", Some(delta.achieved)),
            ("delta_pct", delta.delta_pct),
        ];
        for (name, number) in numbers {
            violations.require(
                number.is_none_or(f64::is_finite),
                format!("{field}.{name}"),
                "must be a finite number",
            );
        }
        check_name(&format!("{field}.metric"), &metric, violations);
        if deltas.insert(metric, delta).is_some() {
            violations.add(format!("{field}.metric"), "must not stand twice");
        }
    }
    deltas
}

/// Checks a metric's name: 1 to 128 characters.
pub(super) fn check_name(field: &str, name: &str, violations: &mut Violations) {
    violations.require(
        has_length(name, LONGEST_NAME) && is_storable(name),
        field,
        format!("must have 1 to {LONGEST_NAME} characters"),
    );
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("ndcg", Some(10), true)]
    #[case("ndcg", None, false)]
    #[case("precision", Some(7), false)]
    #[case("recall", Some(100), true)]
    #[case("map", None, true)]
    #[case("map", Some(5), true)]
    #[case("mrr", None, true)]
    #[case("mrr", Some(10), false)]
    #[case("accuracy", None, false)]
    fn a_cut_off_follows_its_metric(
        #[case] metric: &str,
        #[case] k: Option<i32>,
        #[case] taken: bool,
    ) {
        let mut violations = Violations::default();
        Objective { metric: metric.to_owned(), k, direction: Direction::Maximize }
            .check("objective", &mut violations);
        assert_eq!(violations.into_vec().is_empty(), taken);
    }

    #[rstest]
    #[case(Some(0.412), 0.487, Some(18.2))]
    #[case(Some(-2.0), -1.0, Some(50.0))]
    #[case(Some(0.0), 1.0, None)]
    #[case(None, 1.0, None)]
    #[case(Some(f64::MIN_POSITIVE), f64::MAX, None)]
    fn a_percentage_is_relative_to_the_baselines_size(
        #[case] baseline: Option<f64>,
        #[case] achieved: f64,
        #[case] percentage: Option<f64>,
    ) {
        assert_eq!(MetricDelta::between(baseline, achieved).delta_pct, percentage);
    }

    #[test]
    fn a_delta_that_is_no_number_is_named() {
        let mut violations = Violations::default();
        let broken =
            MetricDelta { baseline: Some(f64::NAN), achieved: f64::INFINITY, delta_pct: None };
        let fine = MetricDelta::between(None, 1.0);
        checked(
            "metric_delta",
            vec![("map".into(), broken), ("mrr".into(), fine), ("mrr".into(), fine)],
            &mut violations,
        );
        let fields: Vec<_> =
            violations.into_vec().into_iter().map(|violation| violation.field).collect();
        assert_eq!(
            fields,
            ["metric_delta[0].baseline", "metric_delta[0].achieved", "metric_delta[2].metric"]
        );
    }
}
