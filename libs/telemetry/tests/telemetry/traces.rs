//! One trace across processes.

use std::collections::BTreeMap;

use pullwright_redact::Redactor;
use pullwright_telemetry::trace_context::{
    current_trace_id, current_traceparent, inject, set_parent,
};
use tracing::{info, info_span};

use crate::capture::{log, logged};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

#[test]
fn a_given_traceparent_is_continued() {
    let captured = logged(|| {
        let span = info_span!("rpc.submit");
        set_parent(&span, &format!("00-{TRACE}-b7ad6b7169203331-01"));
        let _span = span.entered();
        info!("first");
        let _inner = info_span!("db.jobs.lease").entered();
        info!("second");
        assert_eq!(current_trace_id().as_deref(), Some(TRACE));
    });
    let lines = captured.lines();
    assert_eq!(lines[0]["trace_id"], TRACE);
    assert_eq!(lines[1]["trace_id"], TRACE);
    assert_ne!(lines[0]["span_id"], lines[1]["span_id"]);
    assert_ne!(lines[0]["span_id"], "b7ad6b7169203331");
}

#[test]
fn what_one_process_injects_the_next_continues() {
    let (dispatch, _telemetry, _captured) = log("info", Redactor::new());
    let carried = tracing::dispatcher::with_default(&dispatch, || {
        let _span = info_span!("rest.open_pr").entered();
        let mut headers = BTreeMap::new();
        inject(&mut |name, value| {
            headers.insert(name.to_owned(), value);
        });
        assert_eq!(headers.keys().collect::<Vec<_>>(), ["traceparent"]);
        assert_eq!(headers.get("traceparent"), current_traceparent().as_ref());
        headers.remove("traceparent").unwrap()
    });
    let line = logged(|| {
        let span = info_span!("rpc.submit");
        set_parent(&span, &carried);
        span.in_scope(|| info!("arrived"));
    })
    .only();
    assert_eq!(line["trace_id"], carried.split('-').nth(1).unwrap());
}

#[test]
fn an_unsampled_trace_is_continued_too() {
    logged(|| {
        let span = info_span!("rpc.submit");
        set_parent(&span, &format!("00-{TRACE}-b7ad6b7169203331-00"));
        let _span = span.entered();
        let carried = current_traceparent().unwrap();
        assert!(
            carried.starts_with(&format!("00-{TRACE}-")) && carried.ends_with("-00"),
            "{carried}"
        );
    });
}

#[test]
fn a_malformed_traceparent_is_ignored_with_a_line_at_level_debug() {
    let (dispatch, _telemetry, captured) = log("debug", Redactor::new());
    tracing::dispatcher::with_default(&dispatch, || {
        let span = info_span!("rpc.submit");
        set_parent(&span, "00-\n{}-x");
        span.in_scope(|| info!("arrived"));
    });
    let ours: Vec<_> =
        captured.lines().into_iter().filter(|line| line["target"] != "opentelemetry_sdk").collect();
    assert_eq!(ours[0]["level"], "DEBUG");
    assert_eq!(ours[0]["message"], "ignored a malformed traceparent");
    assert_eq!(ours[1]["trace_id"].as_str().unwrap().len(), 32);
}
