//! Deliveries on the wire.

use jiff::Timestamp;
use pullwright_proto::delivery as v1;

use super::{id, time};
use crate::{
    domain::{
        Violations,
        delivery::{Outcome, PullRequestEvent},
        violation::{has_length, is_storable},
    },
    error::{Error, Result},
    store::deliveries::NewDelivery,
};

/// Longest id and event name of a delivery, in characters.
const LONGEST: usize = 255;
/// Most headers that are kept.
const MOST_HEADERS: usize = 100;
const SHA256: usize = 32;

/// Reads a delivery.
///
/// # Errors
/// A field is missing or malformed.
pub fn read(given: v1::RecordDeliveryRequest) -> Result<NewDelivery> {
    let mut violations = Violations::default();
    let is_word = |text: &str| has_length(text, LONGEST) && is_storable(text);
    let rule = format!("must have 1 to {LONGEST} characters");
    let repository_id = id::gather("repository_id", &given.repository_id, &mut violations);
    violations.require(is_word(&given.delivery_id), "delivery_id", &rule);
    violations.require(is_word(&given.event), "event", &rule);
    let is_kept = given.headers.len() <= MOST_HEADERS
        && given.headers.iter().all(|(name, value)| is_storable(name) && is_storable(value));
    violations.require(is_kept, "headers", format!("must be at most {MOST_HEADERS} without NUL"));
    violations.require(given.body_sha256.len() == SHA256, "body_sha256", "must have 32 bytes");
    violations.require(given.received_at.is_some(), "received_at", "must be set");
    let received_at = time::gather("received_at", given.received_at, &mut violations);
    let pull_request = given.pull_request.map(|event| read_event(event, &mut violations));
    Error::check(violations)?;
    Ok(NewDelivery {
        repository_id,
        guid: given.delivery_id,
        event: given.event,
        headers: given.headers.into_iter().collect(),
        body_gzip: given.body_gzip.into(),
        body_sha256: given.body_sha256.into(),
        pull_request,
        received_at: received_at.ok_or_else(|| Error::invalid("received_at", "must be set"))?,
    })
}

fn read_event(given: v1::PullRequestEvent, violations: &mut Violations) -> PullRequestEvent {
    violations.require(given.number >= 1, "pull_request.number", "must be 1 or more");
    violations.require(
        has_length(&given.action, LONGEST) && is_storable(&given.action),
        "pull_request.action",
        format!("must have 1 to {LONGEST} characters"),
    );
    // What GitHub says that cannot be a time counts as not said.
    let lenient =
        |at: Option<prost_types::Timestamp>| -> Option<Timestamp> { at.and_then(time::parse) };
    PullRequestEvent {
        action: given.action,
        number: given.number,
        merged: given.merged,
        merged_at: lenient(given.merged_at),
        updated_at: lenient(given.updated_at),
    }
}

/// Writes what came of a delivery.
#[must_use]
pub fn outcome(outcome: Outcome) -> v1::DeliveryOutcome {
    match outcome {
        Outcome::Applied => v1::DeliveryOutcome::Applied,
        Outcome::Noop => v1::DeliveryOutcome::Noop,
        Outcome::UnknownPr => v1::DeliveryOutcome::UnknownPr,
        Outcome::Ping => v1::DeliveryOutcome::Ping,
        Outcome::Stale => v1::DeliveryOutcome::Stale,
        Outcome::Failed => v1::DeliveryOutcome::Failed,
    }
}
