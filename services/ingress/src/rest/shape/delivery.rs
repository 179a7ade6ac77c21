//! Deliveries as they are kept, redacted by the ledger.

use std::collections::BTreeMap;

use jiff::Timestamp;
use pullwright_proto::delivery::{self as v1, DeliveryOutcome as Outcome, HookKind};
use serde::Serialize;
use utoipa::ToSchema;

use super::{OffContract, Result, filled, time, words};

/// A delivery.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Delivery {
    #[schema(format = Uuid)]
    id: String,
    /// GitHub's id of it, the same for all hooks that were told of the event: `X-GitHub-Delivery`.
    delivery_id: String,
    /// `X-GitHub-Event`.
    event: String,
    /// The event's action; null when it has none.
    action: Option<String>,
    /// Which hook it came from: a repository's or a GitHub App's.
    #[schema(schema_with = words::hook)]
    hook: &'static str,
    /// The repository that it is about; null when it is not registered, or the event is about none.
    #[schema(format = Uuid)]
    repository_id: Option<String>,
    /// The repository's full name as the delivery says.
    repository_full_name: Option<String>,
    /// What came of it. `failed` ones are tried again by themselves, `parked` ones once their repository is registered.
    #[schema(schema_with = words::outcome)]
    outcome: &'static str,
    /// Why it failed.
    error: Option<String>,
    /// The proposal that it is about.
    #[schema(format = Uuid)]
    proposal_id: Option<String>,
    /// The first delivery of the same event and body, when this one came later under another id.
    #[schema(format = Uuid)]
    duplicate_of: Option<String>,
    /// How often it was tried to apply it.
    attempts: i32,
    /// When it is tried next; null when it is not.
    next_attempt_at: Option<Timestamp>,
    /// When its last byte came in.
    received_at: Timestamp,
    /// How many bytes its body has.
    body_size: i64,
    /// The headers that GitHub sent, without signatures and credentials; null but where one delivery is asked for, as all that follows.
    #[schema(value_type = Option<HashMap<String, String>>)]
    headers: Option<BTreeMap<String, String>>,
    /// The body, credentials taken out, at most 256 KiB of it.
    body: Option<String>,
    /// Whether the body is longer than what is shown.
    body_truncated: Option<bool>,
}

impl Delivery {
    /// Adds what lists leave out.
    pub(crate) fn with_content(self, content: Content) -> Self {
        let Content { headers, body, truncated } = content;
        Self { headers: Some(headers), body: Some(body), body_truncated: Some(truncated), ..self }
    }
}

/// What lists leave out.
pub(crate) struct Content {
    headers: BTreeMap<String, String>,
    body: String,
    truncated: bool,
}

impl Content {
    /// Takes it out of a message.
    pub(crate) fn take(delivery: &mut v1::Delivery) -> Self {
        Self {
            headers: std::mem::take(&mut delivery.headers).into_iter().collect(),
            body: std::mem::take(&mut delivery.body),
            truncated: delivery.body_truncated,
        }
    }
}

impl TryFrom<v1::Delivery> for Delivery {
    type Error = OffContract;

    fn try_from(delivery: v1::Delivery) -> Result<Self> {
        let (hook, outcome) = (hook(delivery.hook())?, outcome(delivery.outcome())?);
        Ok(Self {
            id: delivery.id,
            delivery_id: delivery.delivery_id,
            event: delivery.event,
            action: filled(delivery.action),
            hook,
            repository_id: filled(delivery.repository_id),
            repository_full_name: filled(delivery.repository_full_name),
            outcome,
            error: filled(delivery.error),
            proposal_id: filled(delivery.proposal_id),
            duplicate_of: filled(delivery.duplicate_of),
            attempts: delivery.attempts,
            next_attempt_at: time::optional("delivery.next_attempt_at", delivery.next_attempt_at)?,
            received_at: time::required("delivery.received_at", delivery.received_at)?,
            body_size: delivery.body_size,
            headers: None,
            body: None,
            body_truncated: None,
        })
    }
}

fn hook(hook: HookKind) -> Result<&'static str> {
    match hook {
        HookKind::Repository => Ok("repository"),
        HookKind::App => Ok("app"),
        HookKind::Unspecified => Err(OffContract("delivery.hook")),
    }
}

fn outcome(outcome: Outcome) -> Result<&'static str> {
    Ok(match outcome {
        Outcome::Applied => "applied",
        Outcome::Noop => "noop",
        Outcome::UnknownPr => "unknown_pr",
        Outcome::Ping => "ping",
        Outcome::Stale => "stale",
        Outcome::Failed => "failed",
        Outcome::Parked => "parked",
        Outcome::Unspecified => return Err(OffContract("delivery.outcome")),
    })
}
