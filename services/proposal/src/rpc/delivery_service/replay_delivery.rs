//! `ReplayDelivery`.

use pullwright_proto::delivery as v1;

use crate::{
    App,
    convert::{delivery, id},
    domain::delivery::Outcome,
    error::{Error, Result},
    rpc::{
        recording,
        repeat::{Begun, Once},
    },
    store::{
        Transaction, deliveries,
        events::{self, NewEvent},
    },
};

/// Applies a kept delivery again, by the rules that hold now; one that is applied already changes nothing.
///
/// # Errors
/// There is no such delivery, or the database is away.
pub(super) async fn replay_delivery(
    app: &App,
    request: v1::ReplayDeliveryRequest,
    once: Once<v1::ReplayDeliveryResponse>,
) -> Result<v1::ReplayDeliveryResponse> {
    let id = id::parse("id", &request.id)?;
    let mut db = app.db.client().await?;
    let (mut tx, answer) = match once.begin(&mut db).await? {
        Begun::First(tx, answer) => (tx, answer),
        Begun::Again(response) => return Ok(response),
    };
    let found = deliveries::find(&tx, id).await?.ok_or(Error::DeliveryNotFound(id))?;
    recording::take_turn(&tx, &found).await?;
    let kept = deliveries::attempt(&tx, id, None).await?.ok_or(Error::DeliveryNotFound(id))?;
    if kept.outcome != Outcome::Applied {
        let ended = recording::settle(app, &mut tx, &kept).await?;
        if let Some(proposal_id) = ended.end.proposal_id {
            let outcome = ended.end.outcome.as_str();
            let told = format!("delivery {} was applied again: {outcome}", kept.guid);
            let event = NewEvent::new("delivery_replayed", told)
                .fact("delivery_id", &kept.guid)
                .fact("outcome", outcome);
            events::record(&tx, proposal_id, event).await?;
        }
    }
    let response = v1::ReplayDeliveryResponse { delivery: Some(shown(&tx, id).await?) };
    answer.commit(tx, &response).await?;
    app.wakeup.poke();
    Ok(response)
}

async fn shown(tx: &Transaction<'_>, id: uuid::Uuid) -> Result<v1::Delivery> {
    let shown = deliveries::shown(tx, id).await?.ok_or(Error::DeliveryNotFound(id))?;
    Ok(delivery::message(shown))
}
