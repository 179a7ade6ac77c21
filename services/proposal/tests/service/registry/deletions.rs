//! What the registry is asked around deletions: who is wired to a repository, and that something goes.

use pullwright_proto::{
    error::ErrorReason,
    registry::{
        self as v1, cluster_service_server::ClusterService,
        config_repo_service_server::ConfigRepoService,
        development_service_server::DevelopmentService,
    },
};
use tonic::{Request, Response, Status};

use super::{Registry, missing};

#[tonic::async_trait]
impl ClusterService for Registry {
    async fn delete_cluster(
        &self,
        request: Request<v1::DeleteClusterRequest>,
    ) -> Result<Response<v1::DeleteClusterResponse>, Status> {
        let v1::DeleteClusterRequest { cluster_id: id, etag } = request.into_inner();
        self.delete(&id, &etag, ErrorReason::ClusterNotFound, |world| world.clusters.remove(&id))
            .await?;
        Ok(Response::new(v1::DeleteClusterResponse {}))
    }

    /// One cluster a page.
    async fn list_clusters(
        &self,
        request: Request<v1::ListClustersRequest>,
    ) -> Result<Response<v1::ListClustersResponse>, Status> {
        let request = request.into_inner();
        let world = self.world.lock().unwrap();
        if world.is_away {
            return Err(Status::unavailable("away"));
        }
        let is_listed = |cluster: &&v1::Cluster| {
            request.filter == format!("config_repo_id = \"{}\"", cluster.config_repo_id)
        };
        let mut clusters: Vec<_> = world.clusters.values().filter(is_listed).cloned().collect();
        clusters.sort_by(|one, other| one.id.cmp(&other.id));
        clusters.retain(|cluster| cluster.id > request.page_token);
        let has_more = clusters.len() > 1;
        clusters.truncate(1);
        Ok(Response::new(v1::ListClustersResponse {
            next_page_token: match has_more {
                true => clusters[0].id.clone(),
                false => String::new(),
            },
            clusters,
            has_more,
            ..v1::ListClustersResponse::default()
        }))
    }

    async fn create_cluster(
        &self,
        _: Request<v1::CreateClusterRequest>,
    ) -> Result<Response<v1::CreateClusterResponse>, Status> {
        Err(Status::unimplemented("the ledger never asks this"))
    }

    async fn get_cluster(
        &self,
        _: Request<v1::GetClusterRequest>,
    ) -> Result<Response<v1::GetClusterResponse>, Status> {
        Err(Status::unimplemented("the ledger never asks this"))
    }

    async fn update_cluster(
        &self,
        _: Request<v1::UpdateClusterRequest>,
    ) -> Result<Response<v1::UpdateClusterResponse>, Status> {
        Err(Status::unimplemented("the ledger never asks this"))
    }
}

#[tonic::async_trait]
impl ConfigRepoService for Registry {
    async fn rotate_webhook_secret(
        &self,
        _: Request<v1::RotateWebhookSecretRequest>,
    ) -> Result<Response<v1::RotateWebhookSecretResponse>, Status> {
        Err(Status::unimplemented("the ledger never asks this"))
    }

    async fn report_webhook(
        &self,
        _: Request<v1::ReportWebhookRequest>,
    ) -> Result<Response<v1::ReportWebhookResponse>, Status> {
        Err(Status::unimplemented("the ledger never asks this"))
    }

    async fn report_repository(
        &self,
        _: Request<v1::ReportRepositoryRequest>,
    ) -> Result<Response<v1::ReportRepositoryResponse>, Status> {
        Err(Status::unimplemented("the ledger never asks this"))
    }

    async fn delete_config_repo(
        &self,
        request: Request<v1::DeleteConfigRepoRequest>,
    ) -> Result<Response<v1::DeleteConfigRepoResponse>, Status> {
        let v1::DeleteConfigRepoRequest { config_repo_id: id, etag } = request.into_inner();
        self.delete(&id, &etag, ErrorReason::ConfigRepoNotFound, |world| {
            world.forget_repository(&id)
        })
        .await?;
        Ok(Response::new(v1::DeleteConfigRepoResponse {}))
    }

    async fn create_config_repo(
        &self,
        _: Request<v1::CreateConfigRepoRequest>,
    ) -> Result<Response<v1::CreateConfigRepoResponse>, Status> {
        Err(Status::unimplemented("the ledger never asks this"))
    }

    async fn get_config_repo(
        &self,
        request: Request<v1::GetConfigRepoRequest>,
    ) -> Result<Response<v1::GetConfigRepoResponse>, Status> {
        let id = request.into_inner().config_repo_id;
        if !self.has(&id) {
            return Err(missing(ErrorReason::ConfigRepoNotFound));
        }
        let config_repo = Some(v1::ConfigRepo { id, ..v1::ConfigRepo::default() });
        Ok(Response::new(v1::GetConfigRepoResponse { config_repo }))
    }

    async fn list_config_repos(
        &self,
        request: Request<v1::ListConfigReposRequest>,
    ) -> Result<Response<v1::ListConfigReposResponse>, Status> {
        self.list(&request.into_inner().page_token).map(Response::new)
    }

    async fn update_config_repo(
        &self,
        _: Request<v1::UpdateConfigRepoRequest>,
    ) -> Result<Response<v1::UpdateConfigRepoResponse>, Status> {
        Err(Status::unimplemented("the ledger never asks this"))
    }
}

#[tonic::async_trait]
impl DevelopmentService for Registry {
    async fn purge_query_template(
        &self,
        request: Request<v1::PurgeQueryTemplateRequest>,
    ) -> Result<Response<v1::PurgeQueryTemplateResponse>, Status> {
        let id = request.into_inner().query_template_id;
        self.delete(&id, "", ErrorReason::TemplateNotFound, |world| world.templates.remove(&id))
            .await?;
        Ok(Response::new(v1::PurgeQueryTemplateResponse {}))
    }
}
