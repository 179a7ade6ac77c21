//! `pullwright deliveries replay`

use pullwright_proto::delivery::{DeliveryOutcome, ReplayDeliveryRequest};
use uuid::Uuid;

use super::shape;
use crate::{
    connect::Cores,
    error::{Error, Result},
    exit::Exit,
    output::Output,
};

/// Ends with 1 when the delivery still waits: it failed once more, or its repository is still not registered.
pub(super) async fn replay(cores: &Cores, id: Uuid, output: Output) -> Result<Exit> {
    let request =
        ReplayDeliveryRequest { id: id.to_string(), request_id: Uuid::now_v7().to_string() };
    let replayed = cores.deliveries().replay_delivery(cores.request(request)).await?.into_inner();
    let delivery = replayed.delivery.ok_or(Error::OffContract("a delivery"))?;
    output.show(shape::DELIVERY, &delivery, shape::detail)?;
    Ok(match delivery.outcome() {
        DeliveryOutcome::Failed | DeliveryOutcome::Parked => Exit::No,
        _ => Exit::Success,
    })
}
