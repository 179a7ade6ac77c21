//! One delivery, step by step: read, name, verify, parse, record, answer.

use std::sync::{Arc, LazyLock};

use axum::{
    Json,
    extract::{Request, State},
};
use bytes::Bytes;
use pullwright_proto::error::ErrorReason;
use pullwright_rpc::Context;
use uuid::Uuid;

use super::{
    answer::{self, Taken},
    delivery::{self, Delivery},
    event::{About, Payload},
    head::{self, Head},
    hint,
    secrets::{Known, Secret},
    signature::{Signature, Unsigned},
};
use crate::{
    App,
    cores::{Core, ask},
    edge::{body, error::ApiError},
};

/// GitHub never sends more (docs: webhook payloads are capped at 25 MB).
const LARGEST: usize = 25 * 1024 * 1024;
/// Most secrets that are tried on one delivery.
const MOST_SECRETS: usize = 8;
/// From this size on a body is hashed and compressed beside the event loop.
const LARGE: usize = 64 * 1024;
/// Under which name the ledger records what deliveries do.
const ACTOR: &str = "github";

/// Tried when there is no secret, so that an unknown repository takes as long as a wrong signature.
static NOBODYS: LazyLock<String> =
    LazyLock::new(|| format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple()));

pub(crate) async fn receive(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Json<Taken>, ApiError> {
    let context =
        Context { request_id: Context::request_id(), actor: ACTOR.to_owned(), role: None };
    context.scope(take(&app, request)).await.map(Json)
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
        refused(&head, reason)
    })?;
    let body = Bytes::from(body::read(&parts.headers, body, LARGEST).await?);
    let received_at = app.clock.now();

    let tried = candidates(app, &body).await?;
    let fitting = verify(signature, &body, &tried).await?;
    if fitting.is_empty() {
        let reason = if tried.iter().all(|known| known.is_empty()) {
            "unknown_repository"
        } else {
            "bad_signature"
        };
        return Err(refused(&head, reason));
    }
    let read = read(&head, &body, &fitting);
    let told = match read {
        Ok(Read { repository_id, pull_request }) => {
            let action =
                pull_request.as_ref().map(|event| event.action.clone()).unwrap_or_default();
            let headers = delivery::kept(&parts.headers);
            let delivery = Delivery {
                repository_id,
                head: head.clone(),
                headers,
                body,
                received_at,
                pull_request,
            };
            record(app, &head, &action, delivery).await
        }
        Err(error) => Err(error),
    };
    told.inspect_err(|error| {
        tracing::warn!(
            delivery_id = head.delivery_id(),
            gh_event = head.event(),
            result = error.code(),
            "webhook_received"
        );
    })
}

/// The secrets of all repositories that the body may be about.
async fn candidates(app: &App, body: &[u8]) -> Result<Vec<Known>, ApiError> {
    let mut tried = Vec::new();
    for name in hint::full_names(body) {
        tried.push(app.secrets.of(&name).await?);
    }
    Ok(tried)
}

/// The secrets that fit, of at most eight; every one is tried, whichever fits.
async fn verify(
    signature: Signature,
    body: &Bytes,
    tried: &[Known],
) -> Result<Vec<(Known, usize)>, ApiError> {
    let secrets: Vec<(Known, usize)> = tried
        .iter()
        .flat_map(|known| (0..known.len()).map(|index| (known.clone(), index)))
        .take(MOST_SECRETS)
        .collect();
    let bytes = body.clone();
    beside(body.len(), move || {
        if secrets.is_empty() {
            let _no = signature.fits(NOBODYS.as_bytes(), &bytes);
        }
        let fits = |(known, index): &(Known, usize)| signature.fits(known[*index].bytes(), &bytes);
        let verdicts: Vec<bool> = secrets.iter().map(fits).collect();
        secrets
            .into_iter()
            .zip(verdicts)
            .filter(|(_, fits)| *fits)
            .map(|(secret, _)| secret)
            .collect()
    })
    .await
}

struct Read {
    repository_id: String,
    pull_request: Option<super::event::PullRequest>,
}

/// Parses what is known to come from somebody who holds a secret, and holds it against that secret's repository.
fn read(head: &Head, body: &[u8], fitting: &[(Known, usize)]) -> Result<Read, ApiError> {
    head.require()?;
    let payload = Payload::read(body).map_err(|error| head::bad_request(error.to_string()))?;
    let secret = payload.about().and_then(|about| owner(&about, fitting));
    let secret = secret.ok_or_else(|| refused(head, "repository_mismatch"))?;
    let pull_request = match head.event() {
        "pull_request" => {
            let read = payload.pull_request();
            Some(read.map_err(|error| ApiError::invalid(error.field, error.rule))?)
        }
        _ => None,
    };
    Ok(Read { repository_id: secret.repository_id.clone(), pull_request })
}

/// The fitting secret of the repository that the body is about; where two hosts have one of that name, the page tells.
fn owner<'f>(about: &About, fitting: &'f [(Known, usize)]) -> Option<&'f Secret> {
    let secrets = || {
        let secrets = fitting.iter().map(|(known, index)| &known[*index]);
        secrets.filter(|secret| secret.repository == about.repository)
    };
    let on_page = |secret: &&Secret| about.page.starts_with(&format!("{}/", secret.host));
    secrets().find(on_page).or_else(|| secrets().next())
}

async fn record(
    app: &App,
    head: &Head,
    action: &str,
    delivery: Delivery,
) -> Result<Taken, ApiError> {
    let request =
        beside(delivery.body.len(), move || delivery.into_request()).await?.map_err(|error| {
            tracing::error!(%error, "could not compress a delivery");
            ApiError::internal()
        })?;
    let mut deliveries = app.cores.deliveries.clone();
    let recorded = ask(Core::Proposal, deliveries.record_delivery(request)).await?;
    let taken = answer::to(&recorded)?;
    tracing::info!(
        delivery_id = head.delivery_id(),
        gh_event = head.event(),
        action,
        proposal_id = recorded.proposal_id,
        result = taken.action,
        duplicate = recorded.duplicate,
        "webhook_received"
    );
    Ok(taken)
}

/// One answer for every delivery that cannot be believed; only the log says why.
fn refused(head: &Head, reason: &'static str) -> ApiError {
    tracing::warn!(
        delivery_id = head.delivery_id(),
        gh_event = head.event(),
        reason,
        "webhook_invalid_signature"
    );
    ApiError::new(
        ErrorReason::InvalidSignature,
        "the signature does not match, or the repository is not registered with a webhook secret",
    )
}

/// Does work that takes long for a large body where it holds nobody up.
async fn beside<T: Send + 'static>(
    bytes: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApiError> {
    if bytes < LARGE {
        return Ok(work());
    }
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "work on a large delivery ended early");
        ApiError::internal()
    })
}
