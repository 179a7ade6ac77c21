//! What people read on GitHub, held to the letter where it matters.

use pullwright_proto::{
    job::{Drift, OpenPullRequestSpec},
    proposal::{
        ClusterSummary, MetricDelta, ParameterChange, Proposal, StudySummary, TemplateSummary,
    },
};

use super::*;

const ID: &str = "0199a0b0-0000-7000-8000-00000000cafe";

fn spec(study: Option<&str>) -> OpenPullRequestSpec {
    let change = |key: &str, from: &str, to: &str| ParameterChange {
        key: key.into(),
        from_json: from.into(),
        to_json: to.into(),
    };
    let proposal = Proposal {
        id: ID.into(),
        study_id: study.map(|_| "study-1".into()).unwrap_or_default(),
        study: study.map(|name| StudySummary {
            id: "study-1".into(),
            name: name.into(),
            ..Default::default()
        }),
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
        metric_delta: vec![
            MetricDelta {
                metric: "ndcg@10".into(),
                baseline: Some(0.412),
                achieved: 0.487,
                delta_pct: Some(18.2),
            },
            MetricDelta { metric: "mrr".into(), baseline: None, achieved: 0.5, delta_pct: None },
        ],
        ..Default::default()
    };
    OpenPullRequestSpec { proposal: Some(proposal), generation: 2, ..Default::default() }
}

#[test]
fn the_body_says_what_changes_and_what_it_did_to_the_metrics() {
    let drift =
        Drift { key: "boost".into(), expected_json: "1.0".into(), found_json: "1.5".into() };
    let body = body(&spec(Some("title boost")), &[drift], Some("https://pullwright.example"));
    for line in [
        "**Study:** title boost (`study-1`)",
        "**Details:** https://pullwright.example/studies/study-1",
        "| `ndcg@10` | 0.412 | 0.487 | +18.2 % |",
        "| `mrr` | n/a | 0.5 | n/a |",
        "| `boost` | `1.0` (the file says `1.5` today) | `2.50` |",
        "| `synonyms` | `null` | `{\"a\\|b\":1}` |",
    ] {
        assert!(body.lines().any(|found| found == line), "{line}\nis not in\n{body}");
    }
}

#[test]
fn without_a_base_url_there_is_no_link_and_without_metrics_no_table() {
    let mut spec = spec(Some("x"));
    spec.proposal.as_mut().unwrap().metric_delta.clear();
    let body = body(&spec, &[], None);
    assert!(!body.contains("Details") && !body.contains("Metric delta"), "{body}");
}

#[test]
fn a_name_from_outside_neither_mentions_nor_breaks_out() {
    let spec = spec(Some("@team closes #1 <img src=x> | `a`\n# heading"));
    let body = body(&spec, &[], None);
    assert!(!body.contains("@team") && !body.contains("#1"), "{body}");
    assert!(body.contains("\\<img src=x\\>") && !body.contains(" <img"), "{body}");
    assert!(!body.lines().any(|line| line.starts_with("# heading")), "{body}");
    assert!(!title(&spec).contains('\n'));
}

#[test]
fn a_body_that_is_too_long_is_cut_visibly_and_keeps_its_mark() {
    let mut spec = spec(None);
    let proposal = spec.proposal.as_mut().unwrap();
    proposal.config_diff[0].to_json = format!("\"{}\"", "ä".repeat(70_000));
    let body = body(&spec, &[], None);
    assert_eq!(body.chars().count(), 65_536);
    assert!(
        body.contains("(cut)") && body.trim_end().ends_with(&marker(&spec)),
        "{}",
        &body[body.len() - 200..]
    );
}

#[test]
fn titles_of_manual_proposals_made_in_the_same_minute_differ() {
    let mut other = spec(None);
    other.proposal.as_mut().unwrap().id = "0199a0b0-0000-7000-8000-00000000beef".into();
    assert_ne!(title(&spec(None)), title(&other));
    assert!(title(&spec(Some(&"x".repeat(400)))).chars().count() <= 255);
}

#[test]
fn the_mark_names_proposal_and_generation() {
    assert_eq!(marker(&spec(None)), format!("<!-- pullwright proposal={ID} generation=2 -->"));
    assert_ne!(mark(ID, 1), mark(ID, 11));
    assert!(!mark(ID, 11).contains(&mark(ID, 1)));
}

#[test]
fn the_commit_message_tells_what_was_changed_for_whom() {
    let message = commit::message(&spec(Some("x")));
    assert_eq!(
        message,
        format!(
            "relevance: tune product_search params (study study-1)\n\nCluster: products-prod\nTemplate: product_search v3\n\n\
             Parameters:\n  boost: 1.0 -> 2.50\n  synonyms: null -> {{\"a|b\":1}}\n\nPullwright-Proposal: {ID}\n"
        )
    );
}
