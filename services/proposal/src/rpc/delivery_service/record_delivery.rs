//! `RecordDelivery`.

use pullwright_proto::delivery as v1;
use pullwright_rpc::explain::chain;
use uuid::Uuid;

use crate::{
    App,
    convert::{delivery, id},
    domain::{delivery::Outcome, delivery::Sight, text::cut},
    error::{Error, Result},
    rpc::follow::{self, GITHUB, Report},
    store::{
        Transaction,
        deliveries::{self, End, NewDelivery},
        journal, proposals,
    },
};

/// Longest error that is kept, in characters.
const LONGEST_ERROR: usize = 4_000;

/// Stores a delivery and applies it in one transaction; one that breaks is kept as failed and undoes nothing else.
pub(super) async fn record_delivery(
    app: &App,
    request: v1::RecordDeliveryRequest,
) -> Result<v1::RecordDeliveryResponse> {
    let delivery = delivery::read(request)?;
    let mut client = app.db.client().await?;
    let mut tx = client.begin().await?;
    if let Some((number, _)) = seen(&delivery) {
        journal::take_turns(&tx, delivery.repository_id, number).await?;
    }
    let id = match store(&tx, &delivery).await? {
        Stored::Known(end) => return Ok(response(end, true)),
        Stored::Fresh(id) => id,
    };
    if let Some(twin) = deliveries::twin(&tx, id, &delivery).await? {
        deliveries::settle(&tx, id, twin.end, None, Some(twin.id)).await?;
        tx.commit().await?;
        return Ok(response(twin.end, true));
    }
    let savepoint = tx.savepoint().await?;
    let (end, error) = match apply(&savepoint, &delivery).await {
        Ok(end) => {
            savepoint.commit().await?;
            (end, None)
        }
        Err(error) => {
            savepoint.rollback().await?;
            let broken = chain(&error);
            tracing::error!(
                github.delivery_id = delivery.guid,
                error.chain = broken,
                "could not apply a delivery"
            );
            let broken = cut(&app.redactor.redact(&broken), LONGEST_ERROR);
            (End { outcome: Outcome::Failed, proposal_id: None }, Some(broken))
        }
    };
    deliveries::settle(&tx, id, end, error.as_deref(), None).await?;
    tx.commit().await?;
    Ok(response(end, false))
}

enum Stored {
    /// It is there and waits for what comes of it.
    Fresh(Uuid),
    /// It was there before, and this came of it.
    Known(End),
}

async fn store(tx: &Transaction<'_>, delivery: &NewDelivery) -> Result<Stored> {
    if let Some(id) = deliveries::insert(tx, delivery).await? {
        return Ok(Stored::Fresh(id));
    }
    let first = deliveries::lock(tx, delivery.repository_id, &delivery.guid)
        .await?
        .ok_or_else(|| Error::unreadable("deliveries.guid", &delivery.guid))?;
    if first.body_sha256 != delivery.body_sha256 {
        return Err(Error::DeliveryConflict { delivery_id: delivery.guid.clone() });
    }
    match first.end.outcome {
        Outcome::Failed => Ok(Stored::Fresh(first.id)),
        _ => Ok(Stored::Known(first.end)),
    }
}

async fn apply(tx: &Transaction<'_>, delivery: &NewDelivery) -> Result<End> {
    let end = |outcome| Ok(End { outcome, proposal_id: None });
    if delivery.event == "ping" {
        return end(Outcome::Ping);
    }
    let Some((number, sight)) = seen(delivery) else { return end(Outcome::Noop) };
    let Some(generation) = journal::find(tx, delivery.repository_id, number).await? else {
        return end(Outcome::UnknownPr);
    };
    let Some(pull) = &generation.pull_request else { return end(Outcome::UnknownPr) };
    let id = generation.proposal_id;
    let proposal = proposals::lock(tx, id).await?.ok_or(Error::ProposalNotFound(id))?;
    let updated_at = delivery.pull_request.as_ref().and_then(|event| event.updated_at);
    let report = Report { sight, updated_at, by: GITHUB, is_answer: false };
    let verdict = follow::follow(tx, &proposal, &generation, pull, report).await?;
    Ok(End { outcome: verdict.into(), proposal_id: Some(id) })
}

/// What the delivery lets one see, and of which pull request.
fn seen(delivery: &NewDelivery) -> Option<(i64, Sight)> {
    let event = delivery.pull_request.as_ref().filter(|_| delivery.event == "pull_request")?;
    Some((event.number, event.sight()?))
}

fn response(end: End, duplicate: bool) -> v1::RecordDeliveryResponse {
    v1::RecordDeliveryResponse {
        outcome: delivery::outcome(end.outcome).into(),
        duplicate,
        proposal_id: id::text(end.proposal_id),
    }
}
