//! Hostile text in every place that text from outside can come to.

use pullwright_proto::job::Drift;
use pullwright_redact::Redactor;

use super::*;

/// `text` wherever a text is free.
fn filled(text: &str) -> (OpenPullRequestSpec, Vec<Drift>) {
    let mut spec = study();
    let proposal = proposal(&mut spec);
    proposal.study.as_mut().unwrap().name = text.into();
    proposal.cluster.as_mut().unwrap().name = text.into();
    proposal.config_diff = vec![change(text, text, text)];
    proposal.metric_delta = vec![delta(text, None, 1.0, None)];
    let digest = proposal.digest.as_mut().unwrap();
    digest.generated_by = text.into();
    digest.parameter_importance = importance_of(&[(text, 1.0)]);
    digest.suggested_followups = ["narrow", "swap_template", "text", "unknown"]
        .map(|kind| follow_up(kind, text, text, text))
        .into();
    spec.objective.as_mut().unwrap().metric = text.into();
    spec.best_trials = vec![trial(1, 0.5, &[(text, text)], 1)];
    let mut sure = confidence(&[(text, 0.5, 0.1), (text, 0.5, 0.2)]);
    sure.metric = text.into();
    sure.queries.as_mut().unwrap().against = text.into();
    sure.runner_up_gap.as_mut().unwrap().shape = text.into();
    sure.convergence.as_mut().unwrap().kind = text.into();
    spec.confidence = Some(sure);
    let drift = Drift { key: text.into(), expected_json: text.into(), found_json: text.into() };
    (spec, vec![drift])
}

/// Every text that leaves: title, body, comment, commit messages.
fn texts(spec: &OpenPullRequestSpec, drifts: &[Drift]) -> Vec<String> {
    let mut texts = vec![title(spec), commit::message(spec), commit::chart_message(spec)];
    for chart in [Chart::Failed, Chart::Empty, Chart::Url("https://example/x.png".into())] {
        texts.push(body(spec, drifts, &chart, None, ""));
        texts.extend(comment::body(spec, &chart));
    }
    texts
}

#[test]
fn no_text_from_outside_mentions_refers_links_or_hides() {
    for (text, never) in [
        ("@team/core please", "@team"),
        ("Fixes #1, closes octo/hello#2", "#1"),
        ("Fixes #1, closes octo/hello#2", "hello#2"),
        ("closes GH-7", "GH-7"),
        ("resolves https://github.com/octo/hello/issues/3", "https://github.com/octo"),
        ("see www.evil.example", "www.evil"),
        ("visible <!-- /run deploy --> visible", "<!-- /run"),
        ("admin\u{202e}\u{2066} gnp.exe\u{2069}", "\u{202e}"),
        ("a\u{200b}\u{feff}b", "\u{200b}"),
        ("a\0b", "\0"),
        ("ok\r\n2030-01-01 INFO forged\rx", "\r"),
    ] {
        let (spec, drifts) = filled(text);
        for shown in texts(&spec, &drifts) {
            assert!(!shown.contains(never), "{never:?} of {text:?} is in\n{shown}");
        }
    }
}

#[test]
fn no_text_from_outside_begins_a_line_or_forges_a_mark() {
    for text in [
        "msg\n\nCo-authored-by: Mallory <m@example.com>\nSigned-off-by: Root <r@example.com>",
        "x\n# heading\n- item\n> quote\n| a | b |\n```\ncode",
        "x\nPullwright-Proposal: other",
    ] {
        let (spec, drifts) = filled(text);
        let outside: Vec<&str> = text.lines().skip(1).filter(|line| !line.is_empty()).collect();
        for shown in texts(&spec, &drifts) {
            for line in shown.lines() {
                assert!(
                    !outside.iter().any(|outside| line.starts_with(outside)),
                    "{line}\nin\n{shown}"
                );
            }
        }
    }
    let (spec, drifts) = filled(&mark("0199a0b0-0000-7000-8000-00000000beef", 1));
    assert!(
        !body(&spec, &drifts, &Chart::Failed, None, "")
            .contains("<!-- pullwright proposal=0199a0b0-0000-7000-8000-00000000beef")
    );
}

#[test]
fn markup_shows_as_itself() {
    let (spec, drifts) = filled("<img src=x> | `a` ![x](y) [l](m) **b** ~~s~~ &lt; $x$");
    let body = body(&spec, &drifts, &Chart::Empty, None, "");
    assert!(body.contains("**Study:** \\<img src=x\\> \\| \\`a\\` \\!\\[x\\]\\(y\\) \\[l\\]\\(m\\) \\*\\*b\\*\\* \\~\\~s\\~\\~ \\&lt; &#36;x&#36; ("), "{body}");
    // Every row has the columns of its table, whatever is in its cells.
    for table in body.split("\n\n").filter(|part| part.starts_with("| ")) {
        let columns = |row: &str| row.replace("\\|", "").matches('|').count();
        let rows: Vec<usize> = table.lines().map(columns).collect();
        assert!(rows.iter().all(|row| *row == rows[0]), "{rows:?}\n{table}");
    }
}

#[test]
fn text_of_any_length_is_cut_between_characters() {
    let family = "👩\u{200d}👩\u{200d}👧\u{200d}👦";
    for count in [1, 36, 60, 256, 5_000] {
        for unit in [family, "e\u{301}\u{301}", "t", "@#"] {
            let (spec, drifts) = filled(&unit.repeat(count));
            for shown in texts(&spec, &drifts) {
                assert!(shown.chars().count() <= 65_536);
            }
            assert!(title(&spec).chars().count() <= 255 && !title(&spec).contains('\n'));
        }
    }
}

#[test]
fn a_credential_is_gone_before_an_escape_could_hide_it() {
    let token = format!("gh{}_{}", "p", "A".repeat(36));
    let (spec, drifts) = filled(&format!("x {token} y"));
    let redactor = Redactor::default();
    let (spec, drifts) = (redacted(&spec, &redactor), redacted_drifts(&drifts, &redactor));
    for shown in texts(&spec, &drifts) {
        assert!(!shown.contains(&"A".repeat(36)), "{shown}");
    }
}
