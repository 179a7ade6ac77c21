//! What this process counts, and `/metrics`, where Prometheus reads it. For everybody who may look.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use pullwright_telemetry::metrics::{MEDIA_TYPE, page};
use serde_json::json;

use crate::{
    App,
    edge::error::ApiError,
    openapi::{Output, Sketch},
};

const DELIVERIES: &str = "webhook.deliveries";
const ANSWERS: &str = "webhook.answer_seconds";
const BATCHES: &str = "webhook.batches";
const WAITING: &str = "webhook.waiting";

/// The events that are counted by name; the header is not signed, so others are counted together.
const EVENTS: &[&str] =
    &["ping", "pull_request", "repository", "push", "installation", "installation_repositories"];

/// Says once what the numbers are.
pub(crate) fn describe() {
    describe_counter!(DELIVERIES, "Deliveries by event and by what they were answered.");
    describe_histogram!(ANSWERS, "How long deliveries waited for their answer, in seconds.");
    describe_counter!(BATCHES, "Calls that told the ledger of deliveries.");
    describe_gauge!(WAITING, "Deliveries that wait until a call can take them to the ledger.");
}

/// Counts a delivery that was answered so, after so long.
pub(crate) fn answered(event: &str, answer: &'static str, after: Duration) {
    let event = EVENTS.iter().find(|known| **known == event).copied().unwrap_or("other");
    counter!(DELIVERIES, "event" => event, "outcome" => answer).increment(1);
    histogram!(ANSWERS).record(after.as_secs_f64());
}

/// Counts a call that tells the ledger of deliveries.
pub(crate) fn told() {
    counter!(BATCHES).increment(1);
}

/// The page.
pub(crate) struct Page(String);

pub(crate) async fn show(State(app): State<Arc<App>>) -> Result<Page, ApiError> {
    let waiting = u32::try_from(app.deliveries_waiting()).unwrap_or(u32::MAX);
    gauge!(WAITING).set(f64::from(waiting));
    Ok(Page(page()))
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, MEDIA_TYPE)], self.0).into_response()
    }
}

impl Output for Page {
    fn describe(sketch: &mut Sketch) {
        let schema = json!({"type": "string"});
        sketch.answers_of(
            200,
            "The numbers, as Prometheus reads them.",
            "text/plain",
            &schema,
            &[],
        );
    }
}
