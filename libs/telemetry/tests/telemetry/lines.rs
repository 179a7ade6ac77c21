//! The shape of a line.

use std::{fmt, io};

use pullwright_redact::Redactor;
use tracing::{Level, debug, error, info, info_span, span, warn};

use crate::capture::{log, logged};

#[test]
fn an_event_is_one_object_with_the_common_fields_and_its_own() {
    let line = logged(|| {
        info!(proposal.name = %"proposals/7", job.attempt = 2, again = true, share = 0.5, "opened the pull request");
    })
    .only();
    let at = line["timestamp"].as_str().unwrap();
    assert!(at.len() == 24 && at.ends_with('Z') && &at[19..20] == ".", "{at}");
    assert_eq!(line["level"], "INFO");
    assert_eq!(line["service"], "proposal");
    assert_eq!(line["target"], "telemetry::lines");
    assert_eq!(line["message"], "opened the pull request");
    assert_eq!(line["proposal.name"], "proposals/7");
    assert_eq!(line["job.attempt"], 2);
    assert_eq!(line["again"], true);
    assert_eq!(line["share"], 0.5);
    assert!(line.get("trace_id").is_none(), "there is no span");
}

#[test]
fn fields_of_the_span_stand_on_each_line_and_the_innermost_wins() {
    let line = logged(|| {
        let _outer =
            info_span!("rpc.submit", request.id = "req-1", repository = "a", step = 1).entered();
        let inner = info_span!("git.push", step = 2, branch = tracing::field::Empty);
        inner.record("branch", "main");
        let _inner = inner.entered();
        info!(repository = "b", "pushed");
    })
    .only();
    assert_eq!(line["span"], "git.push");
    assert_eq!(line["request_id"], "req-1");
    assert!(line.get("request.id").is_none());
    assert_eq!(line["repository"], "b");
    assert_eq!(line["step"], 2);
    assert_eq!(line["branch"], "main");
}

#[test]
fn no_field_can_take_the_place_of_a_common_one() {
    let captured = logged(|| {
        let _span = info_span!("rpc.get", message = "from the span").entered();
        info!(level = "TRACE", service = "other", trace_id = 7, "hello");
    });
    let line = captured.only();
    assert_eq!(line["level"], "INFO");
    assert_eq!(line["service"], "proposal");
    assert_eq!(line["field.level"], "TRACE");
    assert_eq!(line["field.service"], "other");
    assert_eq!(line["field.trace_id"], 7);
    assert_eq!(captured.text().matches("\"message\":").count(), 1);
}

#[test]
fn nothing_in_a_value_ends_a_line_or_moves_a_cursor() {
    let hostile = "a\nb\r\n{\"level\":\"ERROR\"}\u{1b}[2J\u{9b}1m\u{2028}\u{202e}\0\u{7f}\"\\";
    let captured = logged(|| {
        let _span = info_span!("rpc.get", title = hostile).entered();
        info!(title = %hostile, again = ?hostile, "{hostile}");
    });
    let text = captured.text();
    assert_eq!(text.matches('\n').count(), 1);
    assert!(text.trim_end_matches('\n').chars().all(|c| !c.is_control()), "{text:?}");
    assert!(!text.contains('\u{2028}') && !text.contains('\u{202e}'));
    assert_eq!(captured.only()["message"], hostile);
    assert_eq!(captured.only()["title"], hostile);
}

#[test]
fn an_error_is_shown_with_its_chain() {
    #[derive(Debug)]
    struct Outer(io::Error);
    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("could not push")
        }
    }
    impl std::error::Error for Outer {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&self.0)
        }
    }
    let outer = Outer(io::Error::other("remote hung up"));
    let line = logged(|| error!(error = &outer as &dyn std::error::Error, "failed")).only();
    assert_eq!(line["error"], "could not push: remote hung up");
}

#[test]
fn numbers_that_json_has_not_are_text() {
    let line =
        logged(|| info!(a = f64::NAN, b = f64::INFINITY, c = u128::MAX, d = i64::MIN, "numbers"))
            .only();
    assert_eq!(line["a"], "NaN");
    assert_eq!(line["b"], "inf");
    assert!(line["c"].is_number());
    assert_eq!(line["d"], i64::MIN);
}

#[test]
fn a_huge_value_is_cut_with_a_mark() {
    let captured = logged(|| info!(body = "ä".repeat(1_000_000), "got an answer"));
    assert!(captured.text().len() < 20_000);
    assert!(captured.only()["body"].as_str().unwrap().ends_with("(1983616 bytes more)"));
}

#[test]
fn a_quiet_log_keeps_request_and_trace_ids() {
    let (dispatch, _telemetry, captured) = log("warn", Redactor::new());
    tracing::dispatcher::with_default(&dispatch, || {
        let _span = info_span!("rpc.get", request.id = "req-2").entered();
        info!("not shown");
        debug!("not shown");
        warn!("shown");
    });
    let line = captured.only();
    assert_eq!(line["message"], "shown");
    assert_eq!(line["request_id"], "req-2");
    assert_eq!(line["trace_id"].as_str().unwrap().len(), 32);
}

#[test]
fn directives_choose_by_target() {
    let (dispatch, _telemetry, captured) = log("off,chatty=debug", Redactor::new());
    tracing::dispatcher::with_default(&dispatch, || {
        error!("not shown");
        debug!(target: "chatty", "shown");
        let _span = span!(target: "chatty", Level::DEBUG, "detail", part = 1).entered();
        debug!(target: "chatty::inner", "shown too");
    });
    let lines = captured.lines();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[1]["part"], 1);
}
