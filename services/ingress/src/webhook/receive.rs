//! One delivery, step by step: read, verify, parse, record, answer.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    http::HeaderMap,
};
use bytes::Bytes;
use jiff::Timestamp;
use pullwright_proto::delivery::RecordDeliveryResponse;
use pullwright_rpc::Context;
use tokio::time::Instant;
use tracing::Level;

use super::{
    answer::{self, Taken},
    content::{self, Content, Refused},
    delivery::{self, Delivery},
    head::{self, Head, Target},
    pack::Packed,
    secrets::{Hint, Owner},
    signature::{Signature, Unsigned},
    sketch::Incoming,
    verify,
};
use crate::{
    App,
    edge::{beside::beside, body::Body, error::ApiError},
    metrics,
    rest::shape::One,
};

/// GitHub never sends more (docs: webhook payloads are capped at 25 MB).
const LARGEST: usize = 25 * 1024 * 1024;
/// GitHub waits ten seconds and then counts the delivery as failed, so that an answer after that is none.
const WITHIN: Duration = Duration::from_secs(9);
/// What cannot be believed is not answered sooner than this after it came: whether the keyring was asked or remembered takes a
/// fraction of it, and would tell whether a repository is registered.
const DISBELIEVED_AFTER: Duration = Duration::from_millis(50);
/// Under which name the ledger records what deliveries do.
const ACTOR: &str = "github";

pub(crate) async fn receive(
    State(app): State<Arc<App>>,
    Incoming(request): Incoming,
) -> Result<One<Taken>, ApiError> {
    let (head, began) = (Head::read(request.headers()), Instant::now());
    let context =
        Context { request_id: Context::request_id(), actor: ACTOR.to_owned(), role: None };
    let taken = tokio::time::timeout(WITHIN, context.scope(take(&app, &head, request))).await;
    let taken = taken.unwrap_or_else(|_elapsed| {
        let text = format!("this took longer than {} s; send it again", WITHIN.as_secs());
        Err(told(&head, ApiError::unavailable(text)))
    });
    let answer = taken.as_ref().map_or_else(ApiError::code, |taken| taken.action);
    metrics::answered(head.event(), answer, began.elapsed());
    taken.map(One)
}

async fn take(app: &App, head: &Head, request: Request) -> Result<Taken, ApiError> {
    let (parts, body) = request.into_parts();
    head::require_plain_json(&parts.headers)?;
    let signature = Signature::read(&parts.headers).map_err(|unsigned| {
        let reason = match unsigned {
            Unsigned::Missing => "missing_signature",
            Unsigned::Malformed => "malformed_signature",
        };
        disbelieved(head, reason)
    })?;
    let Body { bytes, room } = app.room.read(&parts.headers, body, LARGEST).await?;
    let (body, came) = (Bytes::from(bytes), Instant::now());
    let received_at = app.clock.now();

    let target = Target::read(&parts.headers);
    let owners = match verify::believed(&app.secrets, target, signature, &body).await? {
        Ok(owners) => owners,
        Err(reason) => {
            drop((body, room));
            tokio::time::sleep_until(came + DISBELIEVED_AFTER).await;
            return Err(disbelieved(head, reason));
        }
    };
    head.require()?;
    let delivery = open(app, head, &parts.headers, received_at, body, owners).await?;
    let action = delivery.content.action.clone();
    let recorded = app.batches.record(delivery.into(), room).await;
    let recorded = recorded.map_err(|error| told(head, error))?;
    let taken = answer::to(&recorded)?;
    heard(head, &action, &recorded, taken);
    Ok(taken)
}

/// Reads what somebody signed, and makes it small.
async fn open(
    app: &App,
    head: &Head,
    headers: &HeaderMap,
    received_at: Timestamp,
    body: Bytes,
    owners: Vec<Owner>,
) -> Result<Delivery, ApiError> {
    let event = head.event().to_owned();
    let read = beside(body.len(), move || {
        content::read(&event, &body, owners).map(|content| (content, Packed::new(&body)))
    });
    let (mut content, packed) = read.await?.map_err(|refused| match refused {
        Refused::OtherRepository => disbelieved(head, "repository_mismatch"),
        refused => told(head, ApiError::from(refused)),
    })?;
    let packed = packed.map_err(|error| {
        tracing::error!(%error, "could not compress a delivery");
        ApiError::internal()
    })?;
    if !content.owner.app_id.is_empty() {
        content.owner.repository_id = of_app(app, &content).await?;
    }
    // The body is kept as it was signed; what stands beside it, in columns that are searched and shown, names no secret.
    content.action = app.secrets.redacted(&content.action);
    let headers = delivery::kept(headers, |value| app.secrets.redacted(value));
    Ok(Delivery { head: head.clone(), headers, received_at, content, packed })
}

/// The registered repository that an App speaks of, by its id in the registry; empty when it is none.
async fn of_app(app: &App, content: &Content) -> Result<String, ApiError> {
    let Some(about) = &content.about else { return Ok(String::new()) };
    if content::found(&content.owner, about) {
        return Ok(content.owner.repository_id.clone());
    }
    let hint = Hint::new(Some(&about.repository), about.github_id, true);
    let known = app.secrets.of(&hint).await?;
    // A signature of the App's has fitted already, under a hint without the repository's id.
    app.secrets.prove(&[hint], &known);
    let mut owners = known.iter().map(|secret| &secret.owner);
    let found =
        owners.find(|owner| owner.app_id == content.owner.app_id && content::found(owner, about));
    Ok(found.map(|owner| owner.repository_id.clone()).unwrap_or_default())
}

/// Says in the log what came of a delivery. All of them are kept and can be listed, so that those of which nothing came, most by far,
/// are left to whoever asks for more: a line costs as much as hashing the body.
fn heard(head: &Head, action: &str, recorded: &RecordDeliveryResponse, taken: Taken) {
    macro_rules! line {
        ($level:expr) => {
            tracing::event!(
                $level,
                delivery_id = head.delivery_id(),
                gh_event = head.event(),
                action,
                proposal_id = recorded.proposal_id,
                result = taken.action,
                duplicate = recorded.duplicate,
                "webhook_received"
            )
        };
    }
    if taken.action == "noop" { line!(Level::DEBUG) } else { line!(Level::INFO) }
}

/// Says in the log how a delivery ended that was signed and could not be taken.
fn told(head: &Head, error: ApiError) -> ApiError {
    tracing::warn!(
        delivery_id = head.delivery_id(),
        gh_event = head.event(),
        result = error.code(),
        "webhook_received"
    );
    error
}

fn disbelieved(head: &Head, reason: &'static str) -> ApiError {
    tracing::warn!(
        delivery_id = head.delivery_id(),
        gh_event = head.event(),
        reason,
        "webhook_invalid_signature"
    );
    content::disbelieved()
}
