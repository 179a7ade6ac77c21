//! A ledger and a registry that say what the test told them, and remember what they were told.

mod keyring;
mod ledger;

use std::sync::{Arc, Mutex};

use pullwright_proto::{
    job::job_service_server::JobServiceServer,
    registry::{
        self,
        cluster_service_server::{ClusterService, ClusterServiceServer},
        config_repo_service_server::ConfigRepoServiceServer,
        credential_service_server::CredentialServiceServer,
        query_template_service_server::{QueryTemplateService, QueryTemplateServiceServer},
    },
};
use tokio::net::TcpListener;
use tonic::{
    Code, Request, Response, Status,
    transport::{Server, server::TcpIncoming},
};

use super::harness::{REPO_ID, Told};

/// Both cores in one: they say what the test told them.
#[derive(Clone)]
pub(crate) struct Cores(Arc<Mutex<Told>>, String);

impl Cores {
    /// Cores that know one config repository, on the host at `web`.
    pub(crate) fn new(told: Arc<Mutex<Told>>, web: String) -> Self {
        Self(told, web)
    }
}

/// Serves them, and gives their address.
pub(crate) async fn cores(cores: Cores) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let server = Server::builder()
        .add_service(JobServiceServer::new(cores.clone()))
        .add_service(CredentialServiceServer::new(cores.clone()))
        .add_service(ConfigRepoServiceServer::new(cores.clone()))
        .add_service(ClusterServiceServer::new(cores.clone()))
        .add_service(QueryTemplateServiceServer::new(cores));
    tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
    address
}

type Answer<T> = Result<Response<T>, Status>;

fn unexpected<T>() -> Answer<T> {
    Err(Status::new(Code::Unimplemented, "no test asks for this"))
}

/// The registry's word for a config repository that it does not know.
fn not_found() -> Status {
    status(Code::NotFound, "CONFIG_REPO_NOT_FOUND", "no such config repository")
}

/// A refusal as the cores give it.
pub(crate) fn status(code: Code, reason: &str, message: &str) -> Status {
    use tonic_types::{ErrorDetails, StatusExt as _};
    let details = ErrorDetails::with_error_info(reason, "tests", [] as [(String, String); 0]);
    Status::with_error_details(code, message, details)
}

#[tonic::async_trait]
impl ClusterService for Cores {
    async fn list_clusters(
        &self,
        request: Request<registry::ListClustersRequest>,
    ) -> Answer<registry::ListClustersResponse> {
        let filter = request.into_inner().filter;
        assert_eq!(filter, format!("config_repo_id = \"{REPO_ID}\""));
        let clusters = self.0.lock().unwrap().clusters.clone();
        Ok(Response::new(registry::ListClustersResponse { clusters, ..Default::default() }))
    }

    async fn create_cluster(
        &self,
        _: Request<registry::CreateClusterRequest>,
    ) -> Answer<registry::CreateClusterResponse> {
        unexpected()
    }

    async fn get_cluster(
        &self,
        _: Request<registry::GetClusterRequest>,
    ) -> Answer<registry::GetClusterResponse> {
        unexpected()
    }

    async fn update_cluster(
        &self,
        _: Request<registry::UpdateClusterRequest>,
    ) -> Answer<registry::UpdateClusterResponse> {
        unexpected()
    }

    async fn delete_cluster(
        &self,
        _: Request<registry::DeleteClusterRequest>,
    ) -> Answer<registry::DeleteClusterResponse> {
        unexpected()
    }
}

#[tonic::async_trait]
impl QueryTemplateService for Cores {
    async fn list_query_templates(
        &self,
        _: Request<registry::ListQueryTemplatesRequest>,
    ) -> Answer<registry::ListQueryTemplatesResponse> {
        let query_templates = self.0.lock().unwrap().templates.clone();
        let response =
            registry::ListQueryTemplatesResponse { query_templates, ..Default::default() };
        Ok(Response::new(response))
    }

    async fn create_query_template(
        &self,
        _: Request<registry::CreateQueryTemplateRequest>,
    ) -> Answer<registry::CreateQueryTemplateResponse> {
        unexpected()
    }

    async fn get_query_template(
        &self,
        _: Request<registry::GetQueryTemplateRequest>,
    ) -> Answer<registry::GetQueryTemplateResponse> {
        unexpected()
    }

    async fn update_query_template(
        &self,
        _: Request<registry::UpdateQueryTemplateRequest>,
    ) -> Answer<registry::UpdateQueryTemplateResponse> {
        unexpected()
    }

    async fn delete_query_template(
        &self,
        _: Request<registry::DeleteQueryTemplateRequest>,
    ) -> Answer<registry::DeleteQueryTemplateResponse> {
        unexpected()
    }
}
