//! Config repositories over gRPC. Unwraps and wraps only.

mod binding;
mod create_config_repo;
mod delete_config_repo;
mod get_config_repo;
mod list_config_repos;
mod report_repository;
mod report_webhook;
mod rotate_webhook_secret;
mod update_config_repo;

use std::sync::Arc;

use pullwright_proto::registry::{
    CreateConfigRepoRequest, CreateConfigRepoResponse, DeleteConfigRepoRequest,
    DeleteConfigRepoResponse, GetConfigRepoRequest, GetConfigRepoResponse, ListConfigReposRequest,
    ListConfigReposResponse, ReportRepositoryRequest, ReportRepositoryResponse,
    ReportWebhookRequest, ReportWebhookResponse, RotateWebhookSecretRequest,
    RotateWebhookSecretResponse, UpdateConfigRepoRequest, UpdateConfigRepoResponse,
    config_repo_service_server,
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
        request: Request<UpdateConfigRepoRequest>,
    ) -> Result<Response<UpdateConfigRepoResponse>, Status> {
        answer(update_config_repo::update_config_repo(&self.0, request.into_inner()).await)
    }

    async fn delete_config_repo(
        &self,
        request: Request<DeleteConfigRepoRequest>,
    ) -> Result<Response<DeleteConfigRepoResponse>, Status> {
        answer(delete_config_repo::delete_config_repo(&self.0, request.into_inner()).await)
    }

    async fn rotate_webhook_secret(
        &self,
        request: Request<RotateWebhookSecretRequest>,
    ) -> Result<Response<RotateWebhookSecretResponse>, Status> {
        answer(rotate_webhook_secret::rotate_webhook_secret(&self.0, request.into_inner()).await)
    }

    async fn report_webhook(
        &self,
        request: Request<ReportWebhookRequest>,
    ) -> Result<Response<ReportWebhookResponse>, Status> {
        answer(report_webhook::report_webhook(&self.0, request.into_inner()).await)
    }

    async fn report_repository(
        &self,
        request: Request<ReportRepositoryRequest>,
    ) -> Result<Response<ReportRepositoryResponse>, Status> {
        answer(report_repository::report_repository(&self.0, request.into_inner()).await)
    }
}
