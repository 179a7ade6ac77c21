//! Clusters over gRPC. Unwraps and wraps only.

mod create_cluster;
mod get_cluster;
mod list_clusters;

use std::sync::Arc;

use pullwright_proto::registry::{
    CreateClusterRequest, CreateClusterResponse, GetClusterRequest, GetClusterResponse,
    ListClustersRequest, ListClustersResponse, cluster_service_server,
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
        _: Request<pullwright_proto::registry::UpdateClusterRequest>,
    ) -> Result<Response<pullwright_proto::registry::UpdateClusterResponse>, Status> {
        Err(Status::unimplemented("not built yet"))
    }

    async fn delete_cluster(
        &self,
        _: Request<pullwright_proto::registry::DeleteClusterRequest>,
    ) -> Result<Response<pullwright_proto::registry::DeleteClusterResponse>, Status> {
        Err(Status::unimplemented("not built yet"))
    }
}
