//! The study that a development environment is seeded with: the same numbers each time, so that tests of clients can name them.
//!
//! Knows the numbers, not how they are stored. Times are counted back from now: what is seeded is over.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{
    Digest, Direction, FollowUp, MetricDelta, MetricDeltas, Objective, Trial, TrialStatus,
    proposal::Change, violation::Violations,
};

/// The index that the study searched.
pub const TARGET: &str = "products";
/// What it searched through, a JSON object text.
pub const SEARCH_SPACE_JSON: &str = r#"{"params":{"boost":{"type":"float","low":0.5,"high":5.0}}}"#;
/// How it searched, a JSON object text.
pub const CONFIG_JSON: &str = r#"{"max_trials":2,"sampler":"tpe","pruner":"none"}"#;
/// Why it stopped.
pub const STOP_REASON: &str = "max_trials_reached";
/// The winner's value, which no further trial may reach.
pub const WINNER: f64 = 0.487;

const RUNNER_UP: f64 = 0.412;
const PARAMETER: &str = "boost";
const METRIC: &str = "ndcg@10";
/// The first further trial's boost, in tenths; each one after it has a tenth more.
const FIRST_EXTRA_TENTHS: u32 = 15;
const EXTRA_MS: i64 = 1_000;
/// Most further trials.
const MOST_EXTRAS: usize = 1_000;
const BETWEEN_TRIALS: SignedDuration = SignedDuration::from_millis(100);

/// What the caller may say about the trials.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Given {
    /// The winner's values per query, a JSON object text; empty when nobody said.
    pub winner_per_query_json: String,
    /// The runner-up's.
    pub runner_up_per_query_json: String,
    /// The values of further trials.
    pub extra_trial_metrics: Vec<f64>,
}

impl Given {
    /// Checks the texts and numbers; gives how many queries they name.
    pub fn check(&self, violations: &mut Violations) -> i32 {
        let mut queries = BTreeMap::new();
        for (field, text) in [
            ("winner_per_query_json", &self.winner_per_query_json),
            ("runner_up_per_query_json", &self.runner_up_per_query_json),
        ] {
            match per_query(text) {
                Some(values) => queries.extend(values),
                None => violations.add(field, "must be a JSON object of {query: {metric: number}}"),
            }
        }
        violations.require(
            self.extra_trial_metrics.len() <= MOST_EXTRAS,
            "extra_trial_metrics",
            format!("must hold at most {MOST_EXTRAS} values"),
        );
        for (index, value) in self.extra_trial_metrics.iter().take(MOST_EXTRAS).enumerate() {
            violations.require(
                value.is_finite() && *value < WINNER,
                format!("extra_trial_metrics[{index}]"),
                format!("must be a number below {WINNER}"),
            );
        }
        i32::try_from(queries.len()).unwrap_or(i32::MAX)
    }
}

type PerQuery = BTreeMap<String, BTreeMap<String, f64>>;

fn per_query(text: &str) -> Option<PerQuery> {
    if text.is_empty() { Some(PerQuery::new()) } else { serde_json::from_str(text).ok() }
}

/// What the study optimised.
#[must_use]
pub fn objective() -> Objective {
    Objective { metric: "ndcg".to_owned(), k: Some(10), direction: Direction::Maximize }
}

/// The study's trials, the last of which ended `now`.
#[must_use]
pub fn trials(given: Given, now: Timestamp) -> Vec<Trial> {
    let numbers = |value, map, precision| {
        [(METRIC, value), ("map", map), ("precision@10", precision)]
            .map(|(name, value)| (name.to_owned(), value))
            .into()
    };
    let mut trials = vec![
        Trial {
            per_query_metrics_json: given.winner_per_query_json,
            ..trial("2.5".to_owned(), numbers(WINNER, 0.412, 0.5), 1_200)
        },
        Trial {
            per_query_metrics_json: given.runner_up_per_query_json,
            ..trial("0.8".to_owned(), numbers(RUNNER_UP, 0.351, 0.4), 1_100)
        },
    ];
    trials.extend((FIRST_EXTRA_TENTHS..).zip(given.extra_trial_metrics).map(|(tenths, value)| {
        let boost = format!("{}.{}", tenths / 10, tenths % 10);
        trial(boost, [(METRIC.to_owned(), value)].into(), EXTRA_MS)
    }));
    let mut ends_at = now;
    for (number, trial) in (0..).zip(&mut trials) {
        trial.number = number;
    }
    for trial in trials.iter_mut().rev() {
        let starts_at = ends_at - SignedDuration::from_millis(trial.duration_ms);
        (trial.started_at, trial.ended_at) = (Some(starts_at), Some(ends_at));
        ends_at = starts_at - BETWEEN_TRIALS;
    }
    trials
}

fn trial(boost: String, metrics: BTreeMap<String, f64>, duration_ms: i64) -> Trial {
    Trial {
        id: Uuid::now_v7(),
        number: 0,
        params: [(PARAMETER.to_owned(), boost)].into(),
        primary_metric: metrics.get(METRIC).copied(),
        metrics,
        duration_ms,
        status: TrialStatus::Complete,
        error: String::new(),
        started_at: None,
        ended_at: None,
        per_query_metrics_json: String::new(),
        is_baseline: false,
    }
}

/// The study's digest, written `now`; two follow-ups of text unless others are given.
#[must_use]
pub fn digest(follow_ups: Option<Vec<FollowUp>>, now: Timestamp) -> Digest {
    let text = |rationale: &str| FollowUp {
        kind: "text".to_owned(),
        rationale: rationale.to_owned(),
        search_space_json: String::new(),
        template_id: None,
    };
    let default = || {
        vec![
            text("Look at the boost of another field."),
            text("Measure it again with more queries."),
        ]
    };
    Digest {
        id: Uuid::now_v7(),
        narrative: format!(
            "A boost of 2.5 instead of 1.0 raised {METRIC} from {RUNNER_UP} to {WINNER}. This study was seeded."
        ),
        parameter_importance: [(PARAMETER.to_owned(), 1.0)].into(),
        recommended_config: [(PARAMETER.to_owned(), "2.5".to_owned())].into(),
        suggested_followups: follow_ups.unwrap_or_else(default),
        generated_by: "local:e2e_seed".to_owned(),
        generated_at: now,
    }
}

/// What the study's proposal changes.
#[must_use]
pub fn changes() -> Vec<Change> {
    vec![Change {
        key: PARAMETER.to_owned(),
        from_json: "1.0".to_owned(),
        to_json: "2.5".to_owned(),
    }]
}

/// What the change did to the metrics.
#[must_use]
pub fn metric_delta() -> MetricDeltas {
    [(METRIC.to_owned(), MetricDelta::between(Some(RUNNER_UP), WINNER))].into()
}

/// A study's name; the end of its id tells seeds of one minute apart, its front does not.
#[must_use]
pub fn name(what: &str, id: Uuid) -> String {
    let id = id.simple().to_string();
    format!("e2e-{what}-{}", &id[id.len() - 8..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(extras: &[f64]) -> Given {
        Given { extra_trial_metrics: extras.to_vec(), ..Given::default() }
    }

    fn violated(given: &Given) -> Vec<String> {
        let mut violations = Violations::default();
        given.check(&mut violations);
        violations.into_vec().into_iter().map(|violation| violation.field).collect()
    }

    #[test]
    fn each_trial_begins_a_tenth_of_a_second_after_the_one_before() {
        let now: Timestamp = "2026-01-02T03:04:05Z".parse().expect("a time");
        let trials = trials(given(&[0.3]), now);
        let at = |ms: i64| Some(now - SignedDuration::from_millis(ms));
        let times: Vec<_> = trials.iter().map(|trial| (trial.started_at, trial.ended_at)).collect();
        assert_eq!(times, [(at(3_500), at(2_300)), (at(2_200), at(1_100)), (at(1_000), Some(now))]);
    }

    #[test]
    fn further_trials_have_a_tenth_more_each_spelled_as_people_do() {
        let trials = trials(given(&[0.1; 7]), Timestamp::UNIX_EPOCH);
        let boosts: Vec<_> = trials.iter().map(|trial| trial.params["boost"].as_str()).collect();
        assert_eq!(boosts, ["2.5", "0.8", "1.5", "1.6", "1.7", "1.8", "1.9", "2.0", "2.1"]);
        assert!((0..).zip(&trials).all(|(number, trial)| trial.number == number));
    }

    #[test]
    fn the_change_raised_the_metric_by_18_2_percent() {
        let delta = MetricDelta { baseline: Some(0.412), achieved: 0.487, delta_pct: Some(18.2) };
        assert_eq!(metric_delta()["ndcg@10"], delta);
    }

    #[test]
    fn a_further_trial_never_reaches_the_winner() {
        assert!(violated(&given(&[0.4869, 0.0])).is_empty());
        assert_eq!(
            violated(&given(&[0.487, 0.1, f64::NAN, f64::NEG_INFINITY])),
            ["extra_trial_metrics[0]", "extra_trial_metrics[2]", "extra_trial_metrics[3]"]
        );
    }

    #[test]
    fn queries_are_counted_once_and_what_is_none_is_named() {
        let mut seed = Given {
            winner_per_query_json: r#"{"a": {"ndcg@10": 1}, "b": {}}"#.to_owned(),
            runner_up_per_query_json: r#"{"b": {"ndcg@10": 0.5}, "c": {}}"#.to_owned(),
            ..Given::default()
        };
        assert_eq!(seed.check(&mut Violations::default()), 3);
        seed.runner_up_per_query_json = r#"["a"]"#.to_owned();
        assert_eq!(violated(&seed), ["runner_up_per_query_json"]);
    }
}
