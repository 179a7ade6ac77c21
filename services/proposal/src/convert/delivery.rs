//! Deliveries on the wire.

use jiff::{SignedDuration, Timestamp};
use pullwright_proto::delivery as v1;
use uuid::Uuid;

use super::{id, time};
use crate::{
    domain::{
        Violations,
        delivery::{BodyEncoding, HookKind, Outcome, PullRequestEvent},
        violation::{has_length, is_at_most, is_storable},
    },
    error::{Error, Result},
    store::deliveries::{NewDelivery, Shown},
};

/// Longest id and event name of a delivery, in characters.
const LONGEST: usize = 255;
/// Most headers that are kept.
const MOST_HEADERS: usize = 100;
const SHA256: usize = 32;
/// How far GitHub's clock may be ahead of ours.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// Reads a delivery and gives it an id.
///
/// # Errors
/// A field is missing or malformed.
pub fn read(given: v1::RecordDeliveryRequest) -> Result<NewDelivery> {
    let mut violations = Violations::default();
    let is_word = |text: &str| has_length(text, LONGEST) && is_storable(text);
    let is_text = |text: &str| is_at_most(text, LONGEST) && is_storable(text);
    let rule = format!("must have 1 to {LONGEST} characters");
    let most = format!("must have at most {LONGEST} characters without NUL");
    let encoding = given.body_encoding();
    let app_id = id::gather_optional("app_id", &given.app_id, &mut violations);
    let repository_id = match app_id {
        // An App speaks for any repository of its host, and of none.
        Some(_) => id::gather_optional("repository_id", &given.repository_id, &mut violations),
        None => Some(id::gather("repository_id", &given.repository_id, &mut violations)),
    };
    violations.require(is_word(&given.delivery_id), "delivery_id", &rule);
    violations.require(is_word(&given.event), "event", &rule);
    violations.require(is_text(&given.action), "action", &most);
    violations.require(is_text(&given.host), "host", &most);
    violations.require(is_text(&given.repository_full_name), "repository_full_name", &most);
    let is_kept = given.headers.len() <= MOST_HEADERS
        && given.headers.iter().all(|(name, value)| is_storable(name) && is_storable(value));
    violations.require(is_kept, "headers", format!("must be at most {MOST_HEADERS} without NUL"));
    violations.require(given.body_sha256.len() == SHA256, "body_sha256", "must have 32 bytes");
    violations.require(given.body_size >= 0, "body_size", "must be 0 or more");
    violations.require(given.received_at.is_some(), "received_at", "must be set");
    let received_at = time::gather("received_at", given.received_at, &mut violations);
    let newest = received_at.and_then(|at| at.checked_add(AHEAD).ok());
    let pull_request = given.pull_request.map(|event| read_event(event, newest, &mut violations));
    Error::check(violations)?;
    Ok(NewDelivery {
        id: Uuid::now_v7(),
        hook: if app_id.is_some() { HookKind::App } else { HookKind::Repository },
        owner_id: app_id.or(repository_id).unwrap_or_default(),
        repository_id,
        host: given.host,
        repository_full_name: given.repository_full_name,
        repository_github_id: Some(given.repository_github_id).filter(|id| *id != 0),
        guid: given.delivery_id,
        event: given.event,
        action: given.action,
        headers: given.headers.into_iter().collect(),
        body: given.body_gzip,
        body_encoding: match encoding {
            v1::BodyEncoding::Unspecified | v1::BodyEncoding::Gzip => BodyEncoding::Gzip,
            v1::BodyEncoding::Zstd => BodyEncoding::Zstd,
        },
        body_size: given.body_size,
        body_sha256: given.body_sha256,
        pull_request,
        received_at: received_at.ok_or_else(|| Error::invalid("received_at", "must be set"))?,
    })
}

fn read_event(
    given: v1::PullRequestEvent,
    newest: Option<Timestamp>,
    violations: &mut Violations,
) -> PullRequestEvent {
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
        // A stamp from the future would make everything that is true until then look old.
        updated_at: lenient(given.updated_at)
            .filter(|at| newest.is_none_or(|newest| *at <= newest)),
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
        Outcome::Parked => v1::DeliveryOutcome::Parked,
    }
}

/// Writes a delivery without headers and body.
#[must_use]
pub fn message(shown: Shown) -> v1::Delivery {
    v1::Delivery {
        id: shown.id.to_string(),
        delivery_id: shown.guid,
        event: shown.event,
        action: shown.action,
        hook: match shown.hook {
            HookKind::Repository => v1::HookKind::Repository,
            HookKind::App => v1::HookKind::App,
        }
        .into(),
        repository_id: id::text(shown.repository_id),
        repository_full_name: shown.repository_full_name,
        outcome: outcome(shown.outcome).into(),
        error: shown.error.unwrap_or_default(),
        proposal_id: id::text(shown.proposal_id),
        duplicate_of: id::text(shown.duplicate_of),
        attempts: shown.attempts,
        next_attempt_at: shown.next_attempt_at.map(time::message),
        received_at: Some(time::message(shown.received_at)),
        body_size: shown.body_size,
        ..v1::Delivery::default()
    }
}
