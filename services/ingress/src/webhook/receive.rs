//! One delivery, step by step: read, name, verify, parse, record, answer.

use std::sync::Arc;

use axum::{
    extract::{FromRequest, Request, State},
    http::StatusCode,
};
use bytes::Bytes;
use pullwright_proto::error::ErrorReason;
use pullwright_rpc::Context;
use serde_json::json;

use super::{
    answer::{self, Taken},
    content::{self, Refused},
    delivery::{self, Delivery},
    head::{self, Head},
    signature::{Signature, Unsigned},
    verify,
};
use crate::{
    App,
    cores::{Core, ask},
    edge::{
        beside::beside,
        body::Body,
        error::ApiError,
        reason::{Answer, answer_to},
    },
    openapi::{Input, Sketch},
    rest::shape::One,
};

/// GitHub never sends more (docs: webhook payloads are capped at 25 MB).
const LARGEST: usize = 25 * 1024 * 1024;
/// Under which name the ledger records what deliveries do.
const ACTOR: &str = "github";

pub(crate) async fn receive(
    State(app): State<Arc<App>>,
    Incoming(request): Incoming,
) -> Result<One<Taken>, ApiError> {
    let context =
        Context { request_id: Context::request_id(), actor: ACTOR.to_owned(), role: None };
    context.scope(take(&app, request)).await.map(One)
}

/// A delivery as it came: nothing of it is believed yet.
pub(crate) struct Incoming(Request);

impl FromRequest<Arc<App>> for Incoming {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &Arc<App>) -> Result<Self, ApiError> {
        Ok(Self(request))
    }
}

impl Input for Incoming {
    fn describe(sketch: &mut Sketch) {
        let text = |most: usize| json!({"type": "string", "minLength": 1, "maxLength": most});
        sketch.header("X-GitHub-Event", true, text(64), "What it is about.");
        sketch.header("X-GitHub-Delivery", true, text(128), "Its id.");
        let signature = json!({"type": "string", "pattern": "^sha256=[0-9a-fA-F]{64}$"});
        sketch.header(
            "X-Hub-Signature-256",
            true,
            signature,
            "The HMAC-SHA256 of the body with the hook's secret.",
        );
        sketch.body_of(&["application/json"], true, &json!({"type": "object"}));
        sketch.refuses(&[ErrorReason::InvalidSignature, ErrorReason::DeliveryConflict]);
        // Headers and bodies that are malformed are told as 400, where REST says 422.
        let malformed = answer_to(ErrorReason::ValidationError);
        sketch.refuses_as(Answer { status: StatusCode::BAD_REQUEST, ..malformed });
    }
}

async fn take(app: &App, request: Request) -> Result<Taken, ApiError> {
    let (parts, body) = request.into_parts();
    let head = Head::read(&parts.headers);
    head::require_plain_json(&parts.headers)?;
    let signature = Signature::read(&parts.headers).map_err(|unsigned| {
        let reason = match unsigned {
            Unsigned::Missing => "missing_signature",
            Unsigned::Malformed => "malformed_signature",
        };
        disbelieved(&head, reason)
    })?;
    let Body { bytes, room: _room } = app.room.read(&parts.headers, body, LARGEST).await?;
    let body = Bytes::from(bytes);
    let received_at = app.clock.now();

    let candidates = verify::candidates(app, &body).await?;
    let reason = if candidates.is_empty() { "unknown_repository" } else { "bad_signature" };
    let owners = verify::owners(signature, &body, candidates).await?;
    if owners.is_empty() {
        return Err(disbelieved(&head, reason));
    }
    head.require()?;
    let (event, bytes) = (head.event().to_owned(), body.clone());
    let read = beside(body.len(), move || content::read(&event, &bytes, &owners)).await?;
    let content = read.map_err(|refused| match refused {
        Refused::OtherRepository => disbelieved(&head, "repository_mismatch"),
        refused => told(&head, ApiError::from(refused)),
    })?;
    let headers = delivery::kept(&parts.headers);
    let delivery = Delivery { head: head.clone(), headers, body, received_at, content };
    record(app, delivery).await.map_err(|error| told(&head, error))
}

async fn record(app: &App, delivery: Delivery) -> Result<Taken, ApiError> {
    let head = delivery.head.clone();
    let action = delivery.content.pull_request.as_ref().map(|event| event.action.clone());
    let packed = beside(delivery.body.len(), move || delivery.into_request()).await?;
    let request = packed.map_err(|error| {
        tracing::error!(%error, "could not compress a delivery");
        ApiError::internal()
    })?;
    let mut deliveries = app.cores.deliveries.clone();
    let recorded = ask(Core::Proposal, deliveries.record_delivery(request)).await?;
    let taken = answer::to(&recorded)?;
    tracing::info!(
        delivery_id = head.delivery_id(),
        gh_event = head.event(),
        action = action.unwrap_or_default(),
        proposal_id = recorded.proposal_id,
        result = taken.action,
        duplicate = recorded.duplicate,
        "webhook_received"
    );
    Ok(taken)
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
