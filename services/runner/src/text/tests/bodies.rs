//! Whole bodies, and what each section makes of its input.

use pullwright_proto::job::Drift;

use super::*;

const BODY: &str = r#"# Pullwright proposal

**Study:** title boost (`0199a0b0-0000-7000-8000-0000000057d1`)
**Details:** https://pullwright.example/studies/0199a0b0-0000-7000-8000-0000000057d1

## Metric delta

| Metric | Baseline | Achieved | Change |
| --- | --- | --- | --- |
| `mrr` | n/a | 0.5 | n/a |
| `ndcg@10` | 0.412 | 0.487 | +18.2 % |

## Confidence

- ndcg@10: 0.487 (95% CI 0.451-0.523, N=50 queries)
- Queries: 12 improved · 36 unchanged · 2 regressed (vs baseline)
- Most regressed: `red shoes` (0.800 → 0.500) · 0.310 → 0.300
- Runner-up gap 0.075 (sharp_peak)
- Late-trial 1σ = 0.004
- Convergence: early_held (best at trial 2 of 4)

## Config diff

| Param | From | To |
| --- | --- | --- |
| `boost` | `1.0` (the file says `1.5` today) | `2.50` |
| `synonyms` | `null` | `{"a\|b":1}` |

![Parameter importance](https://github.com/o/r/raw/abc/.pullwright/digest-charts/1.png)

## Top 10 trials

The best 2 of 4 trials by `ndcg@10`, higher is better. The baseline (0.412) is not ranked.

| Rank | Trial | `ndcg@10` | `synonyms` | `boost` | Duration |
| --- | --- | --- | --- | --- | --- |
| 1 | 2 | 0.487 | `{"a\|b":1}` | `2.50` | 1.2 s |
| 2 | 3 | 0.3 | – | `3` | 850 ms |

## Suggested follow-ups

- **Narrow the search space.** Look closer around 2.5. Search space: `{"boost":{"min":2,"max":3}}`
- **Suggestion.** Add judgments for head queries.

<sub>Diff sha256 `abababababababababababababababababababababababababababababababab`</sub>
<sub>Parameters sha256 `5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f`</sub>

---
Opened by Pullwright. A person decides: merge it, or close it. Rejecting the proposal in Pullwright closes it too.

<!-- pullwright proposal=0199a0b0-0000-7000-8000-00000000cafe generation=2 -->
"#;

const MANUAL: &str = r#"# Pullwright proposal (manual)

A person made this proposal; there are no study metrics for it.

## Config diff

| Param | From | To |
| --- | --- | --- |
| `boost` | `1.0` (not in the file today) | `2.50` |
| `synonyms` | `null` | `{"a\|b":1}` |

<sub>Parameters sha256 `5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f`</sub>

---
Opened by Pullwright. A person decides: merge it, or close it. Rejecting the proposal in Pullwright closes it too.

<!-- pullwright proposal=0199a0b0-0000-7000-8000-00000000cafe generation=2 -->
"#;

fn drift(found: &str) -> Drift {
    Drift { key: "boost".into(), expected_json: "1.0".into(), found_json: found.into() }
}

/// The section under a heading, without it.
fn section(body: &str, heading: &str) -> String {
    let start =
        body.find(&format!("## {heading}\n")).unwrap_or_else(|| panic!("no {heading} in\n{body}"));
    let rest = &body[start + heading.len() + 3..];
    let end = ["\n## ", "\n<sub>", "\n---"].iter().filter_map(|mark| rest.find(mark)).min();
    rest[..end.unwrap_or(rest.len())].trim().to_owned()
}

#[test]
fn a_study_explains_itself_from_the_link_to_the_hash() {
    let url = "https://github.com/o/r/raw/abc/.pullwright/digest-charts/1.png".to_owned();
    let (base_url, patch) = (Some("https://pullwright.example"), "ab".repeat(32));
    let body = body(&study(), &[drift("1.5")], &Chart::Url(url), base_url, &patch);
    assert_eq!(body, BODY);
}

#[test]
fn a_manual_proposal_says_what_a_person_can_know() {
    let mut spec = manual();
    // Even if a person gave metrics, no study stands behind them.
    proposal(&mut spec).metric_delta = vec![delta("mrr", None, 0.5, None)];
    assert_eq!(
        body(&spec, &[drift("")], &Chart::NotWanted, Some("https://pullwright.example"), ""),
        MANUAL
    );
}

#[test]
fn without_a_base_url_there_is_no_link_and_without_metrics_no_table() {
    let mut spec = study();
    proposal(&mut spec).metric_delta.clear();
    let body = body(&spec, &[], &Chart::Empty, None, "");
    assert!(!body.contains("Details") && !body.contains("Metric delta"), "{body}");
}

#[test]
fn where_there_is_no_chart_the_five_most_important_stand_in_a_table() {
    let mut spec = study();
    let pairs = [
        ("a", 0.4),
        ("b", 0.3),
        ("c", 0.123_456),
        ("d", 0.1),
        ("e", 0.05),
        ("f", 0.02),
        ("nan", f64::NAN),
    ];
    proposal(&mut spec).digest.as_mut().unwrap().parameter_importance = importance_of(&pairs);
    let failed = body(&spec, &[], &Chart::Failed, None, "");
    assert_eq!(
        section(&failed, "Parameter importance"),
        "| Parameter | Importance |\n| --- | --- |\n| `a` | 0.4 |\n| `b` | 0.3 |\n| `c` | 0.123 |\n| `d` | 0.1 |\n| `e` | 0.05 |\n\n\
         The 5 most important; 2 more are not shown."
    );
    let empty = body(&spec, &[], &Chart::Empty, None, "");
    assert_eq!(section(&empty, "Parameter importance"), "Parameter importance unavailable.");
    proposal(&mut spec).digest = None;
    let nothing = body(&spec, &[], &Chart::Failed, None, "");
    assert_eq!(section(&nothing, "Parameter importance"), "Parameter importance unavailable.");
}

#[test]
fn every_kind_of_follow_up_is_a_sentence() {
    let mut spec = study();
    proposal(&mut spec).digest.as_mut().unwrap().suggested_followups = vec![
        follow_up("widen", "", "{\"boost\": \"1 2\"}", ""),
        follow_up("swap_template", "Phrases matter.", "{}", ID),
        follow_up("ask_a_person", "# 1. What now?", "{\"ignored\":1}", ""),
        follow_up("unheard_of", " ", "", ""),
    ];
    assert_eq!(
        section(&body(&spec, &[], &Chart::Empty, None, ""), "Suggested follow-ups"),
        format!(
            "- **Widen the search space.** Search space: `{{\"boost\":\"1 2\"}}`\n\
             - **Try the template `{ID}`.** Phrases matter. Search space: `{{}}`\n\
             - **Suggestion.** \\# 1. What now?"
        )
    );
    proposal(&mut spec).digest.as_mut().unwrap().suggested_followups.truncate(0);
    assert!(!body(&spec, &[], &Chart::Empty, None, "").contains("follow-ups"));
}

#[test]
fn the_baseline_is_named_and_never_ranked() {
    let mut spec = study();
    let mut baseline = trial(0, 0.9, &[], 0);
    baseline.is_baseline = true;
    spec.best_trials.insert(0, baseline);
    spec.objective.as_mut().unwrap().direction = "minimize".into();
    let body = body(&spec, &[], &Chart::Empty, None, "");
    let trials = section(&body, "Top 10 trials");
    assert!(trials.starts_with("The best 2 of 4 trials by `ndcg@10`, lower is better. The baseline, trial 0 (0.9), is not ranked."), "{trials}");
    assert!(trials.contains("\n| 1 | 2 | 0.487 |") && !trials.contains("| 0 | 0.9"), "{trials}");
}

#[test]
fn a_study_with_many_trials_and_parameters_shows_the_best_and_the_most_important() {
    let mut spec = study();
    spec.best_trials =
        (0..12).map(|n| trial(n, 1.0 / f64::from(n + 1), &[("p3", "1")], 10)).collect();
    proposal(&mut spec).config_diff = (0..8).map(|n| change(&format!("p{n}"), "1", "2")).collect();
    proposal(&mut spec).digest.as_mut().unwrap().parameter_importance =
        importance_of(&[("p7", 0.6), ("p3", 0.4)]);
    let trials = section(&body(&spec, &[], &Chart::Empty, None, ""), "Top 10 trials");
    assert!(trials.contains("| `p7` | `p3` | `p0` | `p1` | `p2` | Duration |"), "{trials}");
    assert!(
        trials.contains("\n| 10 | 9 | 0.1 | – | `1` |") && !trials.contains("| 11 |"),
        "{trials}"
    );
    assert!(trials.ends_with("… and 3 more changed parameters"), "{trials}");
    spec.best_trials.clear();
    assert!(!body(&spec, &[], &Chart::Empty, None, "").contains("trials"));
}

#[test]
fn a_body_stays_within_githubs_limit_and_keeps_its_end_whatever_comes() {
    let wide = "\u{202e}`".repeat(35_000);
    let mut spec = study();
    proposal(&mut spec).config_diff =
        (0..200).map(|n| change(&format!("{n}{wide}"), &wide, &wide)).collect();
    proposal(&mut spec).study.as_mut().unwrap().name = wide.clone();
    proposal(&mut spec).metric_delta =
        (0..100).map(|n| delta(&format!("{n}{wide}"), None, 1.0, None)).collect();
    let digest = proposal(&mut spec).digest.as_mut().unwrap();
    digest.parameter_importance = (0..100).map(|n| (format!("{n}{wide}"), f64::from(n))).collect();
    digest.suggested_followups = (0..5).map(|_| follow_up("narrow", &wide, &wide, "")).collect();
    let keys: Vec<String> =
        proposal(&mut spec).config_diff.iter().map(|change| change.key.clone()).collect();
    let params: Vec<(&str, &str)> = keys.iter().map(|key| (key.as_str(), wide.as_str())).collect();
    spec.best_trials = (0..10).map(|n| trial(n, 0.5, &params, 1)).collect();
    spec.objective.as_mut().unwrap().metric = wide.clone();
    spec.confidence = Some(confidence(&[(wide.as_str(), 0.5, 0.1); 5]));
    spec.confidence.as_mut().unwrap().metric = wide.clone();
    let drifts: Vec<Drift> = keys
        .iter()
        .map(|key| Drift {
            key: key.clone(),
            expected_json: wide.clone(),
            found_json: wide.clone(),
        })
        .collect();

    let body = body(&spec, &drifts, &Chart::Failed, None, "");

    assert!(body.chars().count() <= 65_536, "{}", body.chars().count());
    for part in [
        "more metrics",
        "more parameters, see the diff of the file",
        "## Top 10 trials",
        "more suggestions",
        "The 5 most important; 95 more are not shown.",
        "<sub>Parameters sha256 `5f",
        "Opened by Pullwright",
    ] {
        assert!(body.contains(part), "no {part}");
    }
    assert!(body.ends_with(&format!("{}\n", marker(&spec))));
}

#[test]
fn a_value_that_is_too_long_for_a_table_is_cut_visibly() {
    let mut spec = manual();
    proposal(&mut spec).config_diff[0].to_json = format!("\"{}\"", "ä".repeat(70_000));
    let body = body(&spec, &[], &Chart::NotWanted, None, "");
    let row = body.lines().find(|line| line.starts_with("| `boost`")).unwrap();
    assert!(row.ends_with("ä … (cut)` |") && row.chars().count() < 300, "{row}");
}

#[test]
fn what_is_nobody_elses_business_stays_away() {
    let mut spec = study();
    for (n, trial) in spec.best_trials.iter_mut().enumerate() {
        trial.per_query_metrics_json = format!("{{\"PRIVATE query {n}\":{{\"ndcg@10\":0.1}}}}");
        trial.error = "PRIVATE document".into();
        trial.params_json.insert("unchanged".into(), "\"PRIVATE\"".into());
    }
    proposal(&mut spec).digest.as_mut().unwrap().narrative = "PRIVATE".into();
    spec.target = Some(pullwright_proto::job::Target {
        declared_params_json: "{\"PRIVATE\":\"float\"}".into(),
        ..Default::default()
    });
    for chart in [Chart::Failed, Chart::Empty] {
        assert!(!body(&spec, &[], &chart, None, "").contains("PRIVATE"));
    }
    assert!(!commit::message(&spec).contains("PRIVATE"));
}
