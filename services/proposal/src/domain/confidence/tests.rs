//! What evidence comes to, and what holds for any evidence.

use proptest::prelude::*;
use rstest::rstest;

use super::*;

fn objective(metric: &str, k: Option<i32>, direction: Direction) -> Objective {
    Objective { metric: metric.into(), k, direction }
}

fn scores(direction: Direction, values: &[(i32, f64)]) -> Scores {
    let scores = values.iter().map(|&(number, value)| Score { number, value });
    Scores::ranked(direction, scores).unwrap()
}

/// Trials 0, 1, 2, … with these values.
fn course(values: &[f64]) -> Scores {
    let values: Vec<_> = values.iter().copied().enumerate().map(|(at, v)| (at as i32, v)).collect();
    scores(Direction::Maximize, &values)
}

fn values(pairs: &[(&str, f64)]) -> Vec<Value> {
    pairs.iter().map(|&(query, value)| Value { query: query.into(), value }).collect()
}

fn alone(scores: Scores) -> Evidence {
    Evidence { scores, winner: vec![], baseline: vec![], runner_up: vec![] }
}

fn ndcg() -> Objective {
    objective("ndcg", Some(10), Direction::Maximize)
}

#[test]
fn one_trial_without_queries_has_a_metric_and_no_numbers() {
    let confidence = alone(course(&[0.4])).confidence(&ndcg());
    let nothing = Confidence {
        metric: "ndcg@10".into(),
        interval: None,
        queries: None,
        runner_up_gap: None,
        late_trial_sigma: None,
        convergence: None,
    };
    assert_eq!(confidence, nothing);
}

#[test]
fn without_a_finite_value_there_is_no_winner() {
    let broken = [f64::NAN, f64::INFINITY].map(|value| Score { number: 1, value });
    assert_eq!(Scores::ranked(Direction::Maximize, broken), None);
    assert_eq!(Scores::ranked(Direction::Maximize, []), None);
}

#[rstest]
#[case::maximize(Direction::Maximize, 1, 3)]
#[case::minimize(Direction::Minimize, 4, 5)]
fn of_equals_the_lower_number_wins(
    #[case] direction: Direction,
    #[case] winner: i32,
    #[case] runner_up: i32,
) {
    let scores =
        scores(direction, &[(5, -0.0), (3, 0.9), (2, 0.5), (4, 0.0), (1, 0.9), (7, f64::NAN)]);
    assert_eq!(scores.winner().number, winner);
    assert_eq!(scores.runner_up().unwrap().number, runner_up);
}

#[rstest]
#[case::clearly_ahead(&[0.4, 0.475, 0.4], 0.075, Shape::SharpPeak)]
#[case::all_within_the_band(&[0.482, 0.487, 0.485], 0.002, Shape::RobustPlateau)]
#[case::at_the_bands_edge(&[0.5, 0.495], 0.005, Shape::RobustPlateau)]
#[case::one_of_ten_is_worse(&[0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.49], 0.0, Shape::SharpPeak)]
#[case::the_eleventh_does_not_count(&[0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.1], 0.0, Shape::RobustPlateau)]
fn the_top_is_a_peak_or_a_plateau(#[case] values: &[f64], #[case] gap: f64, #[case] shape: Shape) {
    let found = alone(course(values)).confidence(&ndcg()).runner_up_gap.unwrap();
    assert!((found.gap - gap).abs() < 1e-12, "{found:?}");
    assert_eq!(found.shape, shape);
}

#[rstest]
#[case::nine(9, None)]
// The sample standard deviation of n numbers in a row is √(n(n+1)/12).
#[case::ten_give_the_last_five(10, Some(5.0))]
#[case::twenty_nine_give_the_last_five(29, Some(5.0))]
#[case::fifty_give_the_last_ten(50, Some(10.0))]
fn the_last_fifth_scatters(#[case] count: usize, #[case] late: Option<f64>) {
    // What comes before the last fifth is far away.
    let mut trials: Vec<f64> = (0..count).map(|at| at as f64).collect();
    trials[0] = -1e6;
    let found = alone(course(&trials)).confidence(&ndcg()).late_trial_sigma;
    let expected = late.map(|n: f64| (n * (n + 1.0) / 12.0).sqrt());
    match (found, expected) {
        (Some(found), Some(expected)) => assert!((found - expected).abs() < 1e-12, "{found}"),
        other => assert_eq!(other, (None, None)),
    }
}

#[rstest]
#[case::two_are_too_few(&[(0, 0.1), (1, 0.2)], None)]
#[case::early_and_held(&[(0, 0.1), (5, 0.5), (10, 0.495)], Some((Regime::EarlyHeld, 5, 11)))]
#[case::early_and_lost(&[(0, 0.1), (5, 0.5), (10, 0.4)], Some((Regime::Noisy, 5, 11)))]
#[case::held_only_before_the_last_quarter(&[(1, 0.5), (29, 0.5), (40, 0.1)], Some((Regime::Noisy, 1, 41)))]
#[case::held_where_the_last_quarter_begins(&[(1, 0.5), (30, 0.5), (40, 0.1)], Some((Regime::EarlyHeld, 1, 41)))]
#[case::in_the_middle(&[(0, 0.1), (6, 0.5), (10, 0.5)], Some((Regime::Noisy, 6, 11)))]
#[case::where_the_last_tenth_begins(&[(0, 0.1), (9, 0.5), (10, 0.1)], Some((Regime::LateRising, 9, 11)))]
#[case::at_the_very_end(&[(0, 0.1), (1, 0.2), (i32::MAX, 0.5)], Some((Regime::LateRising, i32::MAX, i32::MAX)))]
fn the_best_trial_came_early_late_or_somewhere(
    #[case] trials: &[(i32, f64)],
    #[case] expected: Option<(Regime, i32, i32)>,
) {
    let found = alone(scores(Direction::Maximize, trials)).confidence(&ndcg()).convergence;
    assert_eq!(found.map(|found| (found.regime, found.best_trial, found.trial_count)), expected);
}

/// Held against 0.5 everywhere.
#[rstest]
#[case::ndcg("ndcg", Some(10), Direction::Maximize, (2, 1, 2))]
#[case::precision("precision", Some(5), Direction::Maximize, (2, 1, 2))]
#[case::recall("recall", Some(100), Direction::Maximize, (2, 1, 2))]
#[case::map("map", None, Direction::Maximize, (1, 3, 1))]
#[case::mrr("mrr", None, Direction::Maximize, (1, 3, 1))]
#[case::less_is_better("ndcg", Some(10), Direction::Minimize, (2, 1, 2))]
fn a_query_changes_by_at_least_its_metrics_threshold(
    #[case] metric: &str,
    #[case] k: Option<i32>,
    #[case] direction: Direction,
    #[case] expected: (usize, usize, usize),
) {
    let names = ["a", "b", "c", "d", "e"];
    let winner = [0.51, 0.49, 0.505, 0.52, 0.48];
    let evidence = Evidence {
        winner: values(&names.into_iter().zip(winner).collect::<Vec<_>>()),
        baseline: values(&names.map(|name| (name, 0.5))),
        ..alone(course(&[0.1]))
    };
    let found = evidence.confidence(&objective(metric, k, direction)).queries.unwrap();
    assert_eq!((found.improved, found.unchanged, found.regressed), expected);
    let worst = if direction == Direction::Maximize { "e" } else { "d" };
    assert_eq!(found.regressions[0].query, worst);
}

#[test]
fn the_worst_five_are_named_the_worst_first_and_of_equals_by_name() {
    let names = ["g", "f", "e", "d", "c", "b", "a"];
    let evidence = Evidence {
        winner: values(&names.map(|name| (name, if name == "d" { 0.1 } else { 0.2 }))),
        baseline: values(&names.map(|name| (name, 0.5))),
        ..alone(course(&[0.1]))
    };
    let found = evidence.confidence(&ndcg()).queries.unwrap();
    assert_eq!(found.regressed, 7);
    let named: Vec<_> = found.regressions.iter().map(|found| found.query.as_str()).collect();
    assert_eq!(named, ["d", "a", "b", "c", "e"]);
    assert_eq!((found.regressions[0].from, found.regressions[0].to), (0.5, 0.1));
}

#[test]
fn the_winner_is_held_against_the_baseline_if_that_has_its_queries_and_else_against_the_runner_up()
{
    let mut evidence = Evidence {
        winner: values(&[("a", 0.5), ("b", 0.5), ("only here", 0.1)]),
        baseline: values(&[("b", 0.4), ("only there", 0.9)]),
        runner_up: values(&[("a", 0.6), ("b", 0.6)]),
        ..alone(course(&[0.1]))
    };
    let compared = |evidence: &Evidence| {
        let found = evidence.confidence(&ndcg()).queries?;
        Some((found.against, found.improved, found.unchanged, found.regressed))
    };
    assert_eq!(compared(&evidence), Some((Against::Baseline, 1, 0, 0)));
    evidence.baseline.remove(0);
    assert_eq!(compared(&evidence), Some((Against::RunnerUp, 0, 0, 2)));
    evidence.runner_up.clear();
    assert_eq!(compared(&evidence), None);
}

#[test]
fn numbers_that_overflow_are_left_out() {
    let mut trials = vec![f64::MAX; 10];
    trials[9] = f64::MIN;
    let evidence = Evidence {
        winner: values(&["a", "b", "c", "d", "e"].map(|name| (name, f64::MAX))),
        baseline: values(&[("a", f64::MIN)]),
        ..alone(course(&[f64::MAX, f64::MIN]))
    };
    let found = evidence.confidence(&ndcg());
    assert_eq!((found.interval, found.runner_up_gap), (None, None));
    assert_eq!(found.queries.unwrap().improved, 1);
    assert_eq!(alone(course(&trials)).confidence(&ndcg()).late_trial_sigma, None);
}

fn any_direction() -> impl Strategy<Value = Direction> {
    prop_oneof![Just(Direction::Maximize), Just(Direction::Minimize)]
}

/// Values as decimals of two digits, so that thresholds are met exactly now and then.
fn any_values() -> impl Strategy<Value = Vec<Value>> {
    let queries = proptest::collection::btree_map("[a-f]{1,2}", 0_u32..=100, 0..20);
    queries.prop_map(|queries| {
        let value = |(query, value)| Value { query, value: f64::from(value) / 100.0 };
        queries.into_iter().map(value).collect()
    })
}

proptest! {
    #[test]
    fn numbers_do_not_depend_on_the_order_of_trials_and_stay_in_their_ranges(
        direction in any_direction(),
        trials in proptest::collection::btree_map(0..200_i32, -100..100_i32, 1..60)
            .prop_map(|trials| trials.into_iter().collect::<Vec<_>>())
            .prop_flat_map(|trials| (Just(trials.clone()), Just(trials).prop_shuffle())),
    ) {
        let of = |trials: &[(i32, i32)]| {
            let trials: Vec<_> = trials.iter().map(|&(n, v)| (n, f64::from(v) / 100.0)).collect();
            scores(direction, &trials)
        };
        let objective = objective("ndcg", Some(10), direction);
        let found = alone(of(&trials.0)).confidence(&objective);
        prop_assert_eq!(&alone(of(&trials.1)).confidence(&objective), &found);
        prop_assert_eq!(found.runner_up_gap.is_some(), trials.0.len() >= 2);
        prop_assert!(found.runner_up_gap.is_none_or(|found| found.gap >= 0.0));
        prop_assert_eq!(found.late_trial_sigma.is_some(), trials.0.len() >= 10);
        prop_assert!(found.late_trial_sigma.is_none_or(|sigma| sigma >= 0.0));
        prop_assert_eq!(found.convergence.is_some(), trials.0.len() >= 3);
        prop_assert!(found.convergence.is_none_or(|found| found.best_trial < found.trial_count));
    }

    #[test]
    fn every_common_query_is_counted_once_and_the_other_direction_is_the_mirror(
        winner in any_values(),
        other in any_values(),
    ) {
        let counts = |direction| {
            let evidence = Evidence {
                winner: winner.clone(),
                baseline: other.clone(),
                ..alone(course(&[0.1]))
            };
            let found = evidence.confidence(&objective("mrr", None, direction)).queries?;
            assert_eq!(found.regressions.len(), found.regressed.min(5));
            Some((found.improved, found.unchanged, found.regressed))
        };
        let common =
            winner.iter().filter(|one| other.iter().any(|two| one.query == two.query)).count();
        let (up, down) = (counts(Direction::Maximize), counts(Direction::Minimize));
        prop_assert_eq!(up.map_or(0, |(better, same, worse)| better + same + worse), common);
        prop_assert_eq!(up, down.map(|(better, same, worse)| (worse, same, better)));
    }
}
