//! `pullwright.proposal.v1.DeletionService`: unwraps, calls, wraps.

mod delete_cluster;
mod delete_config_repo;
mod delete_query_template;

use std::sync::Arc;

use pullwright_proto::proposal::{self as v1, deletion_service_server::DeletionService};
use tonic::{Request, Response, Status};

use super::refuse;
use crate::App;

/// The service.
#[derive(Clone)]
pub struct Service(pub Arc<App>);

#[tonic::async_trait]
impl DeletionService for Service {
    async fn delete_config_repo(
        &self,
        request: Request<v1::DeleteConfigRepoRequest>,
    ) -> Result<Response<v1::DeleteConfigRepoResponse>, Status> {
        delete_config_repo::delete_config_repo(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }

    async fn delete_cluster(
        &self,
        request: Request<v1::DeleteClusterRequest>,
    ) -> Result<Response<v1::DeleteClusterResponse>, Status> {
        delete_cluster::delete_cluster(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }

    async fn delete_query_template(
        &self,
        request: Request<v1::DeleteQueryTemplateRequest>,
    ) -> Result<Response<v1::DeleteQueryTemplateResponse>, Status> {
        delete_query_template::delete_query_template(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }
}
