//! `GET /api/v1/deliveries/{id}`: with headers and body, credentials taken out.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::delivery::GetDeliveryRequest;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        given::{DeliveryId, Id},
        shape::{Content, Delivery, One},
        shown,
    },
};

pub(in crate::rest) async fn get(
    State(app): State<Arc<App>>,
    id: Id<DeliveryId>,
) -> Result<One<Delivery>, ApiError> {
    let request = GetDeliveryRequest { id: id.to_string() };
    let mut deliveries = app.cores.deliveries.clone();
    let found = ask(Core::Proposal, deliveries.get_delivery(request)).await?;
    let mut delivery = found.delivery;
    let content = delivery.as_mut().map(Content::take);
    let shown: Delivery = shown(Core::Proposal, delivery)?;
    Ok(One(match content {
        Some(content) => shown.with_content(content),
        None => shown,
    }))
}
