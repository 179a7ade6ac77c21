//! `pullwright deliveries get`

use pullwright_proto::delivery::GetDeliveryRequest;
use uuid::Uuid;

use super::shape;
use crate::{
    connect::Cores,
    error::{Error, Result},
    exit::Exit,
    output::Output,
};

pub(super) async fn get(cores: &Cores, id: Uuid, output: Output) -> Result<Exit> {
    let request = cores.request(GetDeliveryRequest { id: id.to_string() });
    let found = cores.deliveries().get_delivery(request).await?.into_inner();
    let delivery = found.delivery.ok_or(Error::OffContract("a delivery"))?;
    output.show(shape::DELIVERY, &delivery, shape::whole)?;
    Ok(Exit::Success)
}
