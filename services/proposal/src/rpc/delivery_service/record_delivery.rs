//! `RecordDelivery`: a group of one.

use pullwright_proto::delivery as v1;

use crate::{
    App,
    convert::{delivery, id},
    error::{Error, Result},
    rpc::{
        recording::{self, Recorded},
        registered,
    },
    store::deliveries::End,
};

/// Stores a delivery and applies it in one transaction; one that breaks is kept as failed and undoes nothing else.
///
/// # Errors
/// It is malformed, its id was used before with another body, or the database is away.
pub(super) async fn record_delivery(
    app: &App,
    request: v1::RecordDeliveryRequest,
) -> Result<v1::RecordDeliveryResponse> {
    let mut delivery = [delivery::read(request)?];
    registered::find(app, &mut delivery).await?;
    match recording::record(app, &delivery).await?.first() {
        Some(Recorded::Ended { end, duplicate }) => Ok(response(*end, *duplicate)),
        _ => Err(Error::DeliveryConflict { delivery_id: delivery[0].guid.clone() }),
    }
}

pub(super) fn response(end: End, duplicate: bool) -> v1::RecordDeliveryResponse {
    v1::RecordDeliveryResponse {
        outcome: delivery::outcome(end.outcome).into(),
        duplicate,
        proposal_id: id::text(end.proposal_id),
    }
}
