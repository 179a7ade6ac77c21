//! A secret reaches neither a line nor a span.

use std::{
    fmt, io,
    sync::{Arc, Mutex},
    time::Duration,
};

use opentelemetry::Context;
use opentelemetry_sdk::{
    error::OTelSdkResult,
    trace::{Span, SpanData, SpanProcessor},
};
use pullwright_redact::{Redactor, SecretString};
use pullwright_telemetry::{Builder, Settings};
use tracing::{error, info, info_span};

use crate::capture::{Captured, log};

const SECRET: &str = "correct-horse \"battery\"";

fn knowing(secret: &str) -> Redactor {
    let redactor = Redactor::new();
    redactor.register(&SecretString::from(secret)).unwrap();
    redactor
}

#[test]
fn a_secret_is_in_no_part_of_a_line() {
    #[derive(Debug)]
    struct Request {
        #[expect(dead_code, reason = "it is shown by Debug")]
        token: &'static str,
    }
    let (dispatch, _telemetry, captured) = log("info", knowing(SECRET));
    tracing::dispatcher::with_default(&dispatch, || {
        let _span = info_span!("git.push", remote = format!("https://x:{SECRET}@host")).entered();
        let error = io::Error::other(fmt::format(format_args!("bad {SECRET}")));
        info!(plain = SECRET, shown = %SECRET, request = ?Request { token: SECRET }, "using {SECRET}");
        error!(error = &error as &dyn std::error::Error, "failed");
    });
    let text = captured.text();
    assert!(!text.contains("correct-horse") && !text.contains("battery"), "{text}");
    assert_eq!(captured.lines().len(), 2);
    assert_eq!(captured.lines()[1]["error"], "bad [REDACTED]");
}

#[test]
fn a_secret_that_was_logged_as_a_number_is_redacted_and_the_line_stays_json() {
    let (dispatch, _telemetry, captured) = log("info", knowing("9876543210"));
    tracing::dispatcher::with_default(&dispatch, || {
        info!(pin = 9_876_543_210_u64, other = 5, "numbers")
    });
    assert_eq!(captured.only()["pin"], "[REDACTED]");
    assert_eq!(captured.only()["other"], 5);
}

#[test]
fn a_secret_learned_after_its_span_began_is_redacted_too() {
    let redactor = Redactor::new();
    let (dispatch, _telemetry, captured) = log("info", redactor.clone());
    tracing::dispatcher::with_default(&dispatch, || {
        let _span = info_span!("credential.mint", answer = SECRET).entered();
        redactor.register(&SecretString::from(SECRET)).unwrap();
        info!("minted");
    });
    assert_eq!(captured.only()["answer"], "[REDACTED]");
}

/// Keeps what an exporter would get.
#[derive(Clone, Debug, Default)]
struct Finished(Arc<Mutex<Vec<SpanData>>>);

impl SpanProcessor for Finished {
    fn on_start(&self, _span: &mut Span, _cx: &Context) {}

    fn on_end(&self, span: SpanData) {
        self.0.lock().unwrap().push(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}

#[test]
fn a_finished_span_is_redacted_before_an_exporter_gets_it() {
    let finished = Finished::default();
    let (dispatch, _telemetry) = Builder::new("runner", Settings::default(), knowing(SECRET))
        .writer(Captured::default())
        .span_processor(finished.clone())
        .build();
    tracing::dispatcher::with_default(&dispatch, || {
        let span = info_span!(
            "git.push",
            otel.name = format!("push {SECRET}"),
            remote = format!("https://{SECRET}@host"),
            otel.status_code = "ERROR",
            otel.status_description = format!("bad {SECRET}"),
            pin = 1,
        );
        span.in_scope(|| ());
    });
    let spans = finished.0.lock().unwrap();
    assert_eq!(spans.len(), 1);
    let shown = format!("{spans:?}");
    assert!(
        shown.contains("https://[REDACTED]@host") && shown.contains("push [REDACTED]"),
        "{shown}"
    );
    assert!(shown.contains("bad [REDACTED]"), "{shown}");
    assert!(!shown.contains("correct-horse"), "{shown}");
}
