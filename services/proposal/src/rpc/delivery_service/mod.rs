//! Deliveries in. Knows no signature: ingress has verified it.

mod get_delivery;
mod list_deliveries;
mod list_watched_repositories;
mod record_deliveries;
mod record_delivery;
mod replay_delivery;

use std::sync::Arc;

use pullwright_proto::delivery::{self as v1, delivery_service_server};
use tonic::{Request, Response, Status};

use super::{refuse, repeat};
use crate::App;

/// The largest request: GitHub's bodies have at most 25 MB, which may not compress at all.
pub const LARGEST_MESSAGE: usize = 32 * 1024 * 1024;

/// `pullwright.delivery.v1.DeliveryService`.
pub struct Service(pub Arc<App>);

#[tonic::async_trait]
impl delivery_service_server::DeliveryService for Service {
    async fn record_delivery(
        &self,
        request: Request<v1::RecordDeliveryRequest>,
    ) -> Result<Response<v1::RecordDeliveryResponse>, Status> {
        record_delivery::record_delivery(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }

    async fn record_deliveries(
        &self,
        request: Request<v1::RecordDeliveriesRequest>,
    ) -> Result<Response<v1::RecordDeliveriesResponse>, Status> {
        record_deliveries::record_deliveries(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }

    async fn list_deliveries(
        &self,
        request: Request<v1::ListDeliveriesRequest>,
    ) -> Result<Response<v1::ListDeliveriesResponse>, Status> {
        list_deliveries::list_deliveries(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }

    async fn get_delivery(
        &self,
        request: Request<v1::GetDeliveryRequest>,
    ) -> Result<Response<v1::GetDeliveryResponse>, Status> {
        get_delivery::get_delivery(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }

    async fn replay_delivery(
        &self,
        request: Request<v1::ReplayDeliveryRequest>,
    ) -> Result<Response<v1::ReplayDeliveryResponse>, Status> {
        repeat::call(
            &self.0,
            "ReplayDelivery",
            request.into_inner(),
            replay_delivery::replay_delivery,
        )
        .await
        .map(Response::new)
        .map_err(refuse)
    }

    async fn list_watched_repositories(
        &self,
        request: Request<v1::ListWatchedRepositoriesRequest>,
    ) -> Result<Response<v1::ListWatchedRepositoriesResponse>, Status> {
        list_watched_repositories::list_watched_repositories(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }
}
