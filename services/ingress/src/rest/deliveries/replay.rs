//! `POST /api/v1/deliveries/{id}/replay`: a kept delivery is applied again, by the rules that hold now.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::delivery::ReplayDeliveryRequest;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        given::{DeliveryId, Id, Key, OrNothing},
        shape::{Delivery, One},
        shown,
    },
};

/// Nothing is to be said.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(example = json!({}))]
pub(in crate::rest) struct Replay {}

pub(in crate::rest) async fn replay(
    State(app): State<Arc<App>>,
    id: Id<DeliveryId>,
    Key(request_id): Key,
    OrNothing(Replay {}): OrNothing<Replay>,
) -> Result<One<Delivery>, ApiError> {
    let request = ReplayDeliveryRequest { id: id.to_string(), request_id };
    let mut deliveries = app.cores.deliveries.clone();
    let replayed = ask(Core::Proposal, deliveries.replay_delivery(request)).await?;
    Ok(One(shown(Core::Proposal, replayed.delivery)?))
}
