//! The section about confidence: what it says, what it leaves out, what queries may hold.

use super::*;

/// The section's bullets; none when there is no section.
fn bullets(known: Option<Confidence>) -> Vec<String> {
    let spec = OpenPullRequestSpec { confidence: known, ..study() };
    let body = body(&spec, &[], &Chart::Empty, None, "");
    let Some((_, rest)) = body.split_once("\n## Confidence\n\n") else { return Vec::new() };
    let section = rest.split("\n\n").next().unwrap();
    section.lines().map(str::to_owned).collect()
}

fn regressed(queries: &[(&str, f64, f64)]) -> String {
    let mut known = confidence(queries);
    known.queries.as_mut().unwrap().regressed = i32::try_from(queries.len()).unwrap();
    bullets(Some(known)).swap_remove(2)
}

#[test]
fn each_number_stands_alone_and_without_any_there_is_no_section() {
    let nothing = Confidence { metric: "mrr".into(), ..Default::default() };
    let all = confidence(&[]);
    for (known, bullet) in [
        (
            Confidence { interval: all.interval, ..nothing.clone() },
            "- mrr: 0.487 (95% CI 0.451-0.523, N=50 queries)",
        ),
        (
            Confidence { queries: all.queries, ..nothing.clone() },
            "- Queries: 12 improved · 36 unchanged · 2 regressed (vs baseline)",
        ),
        (
            Confidence { runner_up_gap: all.runner_up_gap, ..nothing.clone() },
            "- Runner-up gap 0.075 (sharp_peak)",
        ),
        (
            Confidence { late_trial_sigma: Some(f64::NAN), ..nothing.clone() },
            "- Late-trial 1σ = n/a",
        ),
        (
            Confidence { convergence: all.convergence, ..nothing.clone() },
            "- Convergence: early_held (best at trial 2 of 4)",
        ),
    ] {
        assert_eq!(bullets(Some(known)), [bullet]);
    }
    assert!(bullets(Some(nothing)).is_empty() && bullets(None).is_empty());
    let manual = OpenPullRequestSpec { confidence: Some(confidence(&[])), ..manual() };
    assert!(!body(&manual, &[], &Chart::NotWanted, None, "").contains("Confidence"));
}

#[test]
fn regressions_without_names_show_their_values() {
    assert_eq!(
        regressed(&[("", 0.8, 0.5), ("", 1.0, 0.0)]),
        "- Most regressed: 0.800 → 0.500 · 1.000 → 0.000"
    );
}

#[test]
fn at_most_five_regressions_are_shown_and_all_are_counted() {
    let mut known = confidence(&[("q", 0.5, 0.1); 7]);
    known.queries.as_mut().unwrap().regressed = 9;
    let bullet = bullets(Some(known)).swap_remove(2);
    assert!(bullet.starts_with("- Most regressed (5 of 9): `q` (0.500 → 0.100) · "), "{bullet}");
    assert_eq!(bullet.matches("`q`").count(), 5);
}

#[test]
fn what_people_searched_for_shows_as_itself_and_does_nothing() {
    let joiner = '\u{2060}';
    for (query, shown) in [
        ("@octocat help", format!("`@{joiner}octocat help`")),
        ("fixes #1", format!("`fixes #{joiner}1`")),
        ("a`b``c", "```a`b``c```".to_owned()),
        ("a | b", "`a | b`".to_owned()),
        ("a\n\n# b\r\n- [x] c", "`a  # b  - [x] c`".to_owned()),
        ("</details><!-- x -->", format!("`</details><!{joiner}-- x -->`")),
        (" ", "`   `".to_owned()),
        ("\u{202e}gnp", "`⟨U+202E⟩gnp`".to_owned()),
        (&"ä".repeat(500), format!("`{} … (cut)`", "ä".repeat(112))),
    ] {
        assert_eq!(
            regressed(&[(query, 0.5, 0.1)]),
            format!("- Most regressed: {shown} (0.500 → 0.100)"),
            "{query:?}"
        );
    }
}
