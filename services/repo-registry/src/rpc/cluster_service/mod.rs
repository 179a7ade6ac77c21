//! Clusters over gRPC. Unwraps and wraps only.

mod create_cluster;
mod delete_cluster;
mod get_cluster;
mod list_clusters;
mod update_cluster;
mod wiring;

use std::sync::Arc;

use pullwright_proto::registry::{
    CreateClusterRequest, CreateClusterResponse, DeleteClusterRequest, DeleteClusterResponse,
    GetClusterRequest, GetClusterResponse, ListClustersRequest, ListClustersResponse,
    UpdateClusterRequest, UpdateClusterResponse, cluster_service_server,
};
use tonic::{Request, Response, Status};

use super::answer;
use crate::App;

/// The service.
pub struct Service(pub Arc<App>);

#[tonic::async_trait]
impl cluster_service_server::ClusterService for Service {
    async fn create_cluster(
        &self,
        request: Request<CreateClusterRequest>,
    ) -> Result<Response<CreateClusterResponse>, Status> {
        answer(create_cluster::create_cluster(&self.0, request.into_inner()).await)
    }

    async fn get_cluster(
        &self,
        request: Request<GetClusterRequest>,
    ) -> Result<Response<GetClusterResponse>, Status> {
        answer(get_cluster::get_cluster(&self.0, request.into_inner()).await)
    }

    async fn list_clusters(
        &self,
        request: Request<ListClustersRequest>,
    ) -> Result<Response<ListClustersResponse>, Status> {
        answer(list_clusters::list_clusters(&self.0, request.into_inner()).await)
    }

    async fn update_cluster(
        &self,
        request: Request<UpdateClusterRequest>,
    ) -> Result<Response<UpdateClusterResponse>, Status> {
        answer(update_cluster::update_cluster(&self.0, request.into_inner()).await)
    }

    async fn delete_cluster(
        &self,
        request: Request<DeleteClusterRequest>,
    ) -> Result<Response<DeleteClusterResponse>, Status> {
        answer(delete_cluster::delete_cluster(&self.0, request.into_inner()).await)
    }
}
