//! Config repositories over gRPC. Unwraps and wraps only.

mod create_config_repo;
mod get_config_repo;
mod list_config_repos;

use std::sync::Arc;

use pullwright_proto::registry::{
    CreateConfigRepoRequest, CreateConfigRepoResponse, GetConfigRepoRequest, GetConfigRepoResponse,
    ListConfigReposRequest, ListConfigReposResponse, config_repo_service_server,
};
use tonic::{Request, Response, Status};

use super::answer;
use crate::App;

/// The service.
pub struct Service(pub Arc<App>);

#[tonic::async_trait]
impl config_repo_service_server::ConfigRepoService for Service {
    async fn create_config_repo(
        &self,
        request: Request<CreateConfigRepoRequest>,
    ) -> Result<Response<CreateConfigRepoResponse>, Status> {
        answer(create_config_repo::create_config_repo(&self.0, request.into_inner()).await)
    }

    async fn get_config_repo(
        &self,
        request: Request<GetConfigRepoRequest>,
    ) -> Result<Response<GetConfigRepoResponse>, Status> {
        answer(get_config_repo::get_config_repo(&self.0, request.into_inner()).await)
    }

    async fn list_config_repos(
        &self,
        request: Request<ListConfigReposRequest>,
    ) -> Result<Response<ListConfigReposResponse>, Status> {
        answer(list_config_repos::list_config_repos(&self.0, request.into_inner()).await)
    }

    async fn update_config_repo(
        &self,
        _: Request<pullwright_proto::registry::UpdateConfigRepoRequest>,
    ) -> Result<Response<pullwright_proto::registry::UpdateConfigRepoResponse>, Status> {
        Err(Status::unimplemented("not built yet"))
    }

    async fn delete_config_repo(
        &self,
        _: Request<pullwright_proto::registry::DeleteConfigRepoRequest>,
    ) -> Result<Response<pullwright_proto::registry::DeleteConfigRepoResponse>, Status> {
        Err(Status::unimplemented("not built yet"))
    }
}
