//! What is counted of requests: how many, how long, and how many more GitHub would take. Names no repository and no credential.

use std::time::Duration;

use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};
use reqwest::StatusCode;

use crate::Call;

const REQUESTS: &str = "github.requests";
const DURATION: &str = "github.request_duration_seconds";
const REMAINING: &str = "github.rate_limit_remaining";

/// Says what the numbers are.
pub(crate) fn describe() {
    describe_counter!(
        REQUESTS,
        "Requests to GitHub, by route and status; `none` was not answered."
    );
    describe_histogram!(DURATION, Unit::Seconds, "How long requests to GitHub took, by route.");
    describe_gauge!(
        REMAINING,
        "What was left of the rate limit of the credential that asked last."
    );
}

/// Counts a request.
pub(crate) fn count(
    call: Call,
    status: Option<StatusCode>,
    remaining: Option<u64>,
    took: Duration,
) {
    let route = call.to_string();
    let status = status.map_or_else(|| "none".to_owned(), |status| status.as_u16().to_string());
    counter!(REQUESTS, "route" => route.clone(), "status" => status).increment(1);
    histogram!(DURATION, "route" => route).record(took);
    if let Some(remaining) = remaining {
        #[expect(clippy::cast_precision_loss, reason = "limits are small numbers")]
        gauge!(REMAINING).set(remaining as f64);
    }
}
