//! What people read on GitHub, held to the letter.

mod bodies;
mod comments;
mod commits;
mod confidence;
mod hostile;

use std::collections::BTreeMap;

use pullwright_proto::{
    job::OpenPullRequestSpec,
    proposal::{
        ClusterSummary, Confidence, ConfidenceInterval, Convergence, Digest, FollowUp, MetricDelta,
        Objective, ParameterChange, Proposal, QueryComparison, QueryRegression, RunnerUpGap,
        StudySummary, TemplateSummary, Trial,
    },
};

use super::*;

const ID: &str = "0199a0b0-0000-7000-8000-00000000cafe";
const STUDY: &str = "0199a0b0-0000-7000-8000-0000000057d1";

fn change(key: &str, from: &str, to: &str) -> ParameterChange {
    ParameterChange { key: key.into(), from_json: from.into(), to_json: to.into() }
}

fn delta(metric: &str, baseline: Option<f64>, achieved: f64, pct: Option<f64>) -> MetricDelta {
    MetricDelta { metric: metric.into(), baseline, achieved, delta_pct: pct }
}

fn trial(number: i32, value: f64, params: &[(&str, &str)], duration_ms: i64) -> Trial {
    let params = params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Trial {
        id: format!("trial-{number}"),
        number,
        params_json: params.collect(),
        primary_metric: Some(value),
        duration_ms,
        ..Default::default()
    }
}

fn follow_up(kind: &str, rationale: &str, space: &str, template: &str) -> FollowUp {
    FollowUp {
        kind: kind.into(),
        rationale: rationale.into(),
        search_space_json: space.into(),
        template_id: template.into(),
    }
}

/// As sure as one can be, with these queries that got worse.
fn confidence(regressions: &[(&str, f64, f64)]) -> Confidence {
    let regressions = regressions.iter().map(|&(query, from, to)| QueryRegression {
        query: query.to_owned(),
        from,
        to,
    });
    Confidence {
        metric: "ndcg@10".into(),
        interval: Some(ConfidenceInterval {
            value: 0.487,
            low: 0.451_26,
            high: 0.522_9,
            query_count: 50,
        }),
        queries: Some(QueryComparison {
            against: "baseline".into(),
            improved: 12,
            unchanged: 36,
            regressed: 2,
            regressions: regressions.collect(),
        }),
        runner_up_gap: Some(RunnerUpGap { gap: 0.075, shape: "sharp_peak".into() }),
        late_trial_sigma: Some(0.004_2),
        convergence: Some(Convergence { kind: "early_held".into(), best_trial: 2, trial_count: 4 }),
    }
}

fn importance_of(pairs: &[(&str, f64)]) -> BTreeMap<String, f64> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect()
}

fn manual() -> OpenPullRequestSpec {
    let proposal = Proposal {
        id: ID.into(),
        cluster: Some(ClusterSummary { name: "products-prod".into(), ..Default::default() }),
        template: Some(TemplateSummary {
            name: "product_search".into(),
            version: 3,
            ..Default::default()
        }),
        config_diff: vec![
            change("boost", "1.0", "2.50"),
            change("synonyms", "null", "{\"a|b\":1}"),
        ],
        config_diff_sha256: "5f".repeat(32),
        ..Default::default()
    };
    OpenPullRequestSpec { proposal: Some(proposal), generation: 2, ..Default::default() }
}

fn study() -> OpenPullRequestSpec {
    let mut spec = manual();
    let proposal = spec.proposal.as_mut().unwrap();
    proposal.study_id = STUDY.into();
    proposal.study =
        Some(StudySummary { id: STUDY.into(), name: "title boost".into(), ..Default::default() });
    proposal.study_trial_id = "trial-2".into();
    proposal.metric_delta =
        vec![delta("mrr", None, 0.5, None), delta("ndcg@10", Some(0.412), 0.487, Some(18.203_883))];
    proposal.digest = Some(Digest {
        parameter_importance: importance_of(&[("boost", 0.18), ("synonyms", 0.82)]),
        generated_by: "optimiser".into(),
        suggested_followups: vec![
            follow_up(
                "narrow",
                "Look closer around 2.5.",
                "{ \"boost\": {\"min\": 2, \"max\": 3} }",
                "",
            ),
            follow_up("text", "Add judgments for head queries.", "", ""),
        ],
        ..Default::default()
    });
    spec.objective = Some(Objective { metric: "ndcg".into(), k: 10, direction: "maximize".into() });
    spec.best_trials = vec![
        trial(2, 0.487, &[("boost", "2.50"), ("synonyms", "{\"a|b\":1}")], 1_220),
        trial(3, 0.1 + 0.2, &[("boost", "3")], 850),
    ];
    spec.trial_count = 4;
    spec.confidence = Some(confidence(&[("red shoes", 0.8, 0.5), ("", 0.31, 0.3)]));
    spec
}

fn proposal(spec: &mut OpenPullRequestSpec) -> &mut Proposal {
    spec.proposal.as_mut().unwrap()
}

#[test]
fn titles_of_manual_proposals_made_in_the_same_minute_differ() {
    let mut other = manual();
    proposal(&mut other).id = "0199a0b0-0000-7000-8000-00000000beef".into();
    assert_ne!(title(&manual()), title(&other));
    assert_eq!(title(&study()), "Pullwright: title boost");
}

#[test]
fn the_mark_names_proposal_and_generation() {
    assert_eq!(marker(&manual()), format!("<!-- pullwright proposal={ID} generation=2 -->"));
    assert_ne!(mark(ID, 1), mark(ID, 11));
    assert!(!mark(ID, 11).contains(&mark(ID, 1)));
}

#[test]
fn a_mark_is_found_again_where_ours_stands_and_nothing_else_is_one() {
    let other = "0199a0b0-0000-7000-8000-00000000beef";
    let body = format!("as in {}\n\ntext\n\n{}\n", mark(other, 1), mark(ID, 3));
    assert_eq!(find_mark(&body), Some((ID, 3)));
    for none in [
        "",
        "<!-- pullwright proposal=x generation=1 -->",
        &mark(ID, 0),
        &mark(ID, -1),
        &format!("<!-- pullwright proposal={ID} generation=99999999999 -->"),
        &format!("<!-- pullwright proposal={ID} generation=1"),
    ] {
        assert_eq!(find_mark(none), None, "{none}");
    }
}
