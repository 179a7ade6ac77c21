//! A ledger and a registry that say what the test told them, and remember what they were told.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use pullwright_proto::{
    job::{
        CompleteJobRequest, CompleteJobResponse, FailJobRequest, FailJobResponse, Lease,
        LeaseJobsRequest, LeaseJobsResponse, PlanPullRequestRequest, PlanPullRequestResponse,
        RecordProgressRequest, RecordProgressResponse, RenewLeaseRequest, RenewLeaseResponse,
        RevokeLeaseRequest, RevokeLeaseResponse,
        job_service_server::{JobService, JobServiceServer},
    },
    registry::{
        self, ConfigRepo, GetWebhookSecretsRequest, GetWebhookSecretsResponse,
        MintCredentialRequest, MintCredentialResponse,
        cluster_service_server::{ClusterService, ClusterServiceServer},
        config_repo_service_server::{ConfigRepoService, ConfigRepoServiceServer},
        credential_service_server::{CredentialService, CredentialServiceServer},
        query_template_service_server::{QueryTemplateService, QueryTemplateServiceServer},
    },
};
use tokio::net::TcpListener;
use tonic::{
    Code, Request, Response, Status,
    transport::{Server, server::TcpIncoming},
};
use uuid::Uuid;

use super::harness::{Ended, REPO_ID, REPOSITORY, Told};

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

#[tonic::async_trait]
impl JobService for Cores {
    async fn record_sights(
        &self,
        _: Request<pullwright_proto::job::RecordSightsRequest>,
    ) -> Answer<pullwright_proto::job::RecordSightsResponse> {
        unexpected()
    }

    async fn check_deliveries(
        &self,
        _: Request<pullwright_proto::job::CheckDeliveriesRequest>,
    ) -> Answer<pullwright_proto::job::CheckDeliveriesResponse> {
        unexpected()
    }

    async fn check_orphans(
        &self,
        _: Request<pullwright_proto::job::CheckOrphansRequest>,
    ) -> Answer<pullwright_proto::job::CheckOrphansResponse> {
        unexpected()
    }

    async fn lease_jobs(&self, request: Request<LeaseJobsRequest>) -> Answer<LeaseJobsResponse> {
        let wait = request.into_inner().wait.map_or(0, |wait| wait.seconds);
        for _ in 0..wait.max(1) * 50 {
            let lease = {
                let mut told = self.0.lock().unwrap();
                told.jobs.pop_front().map(|job| {
                    told.epoch += 1;
                    Lease {
                        lane: format!("push:{REPO_ID}"),
                        epoch: told.epoch,
                        token: Uuid::now_v7().to_string(),
                        duration: Some(prost_types::Duration { seconds: 60, nanos: 0 }),
                        jobs: vec![job],
                    }
                })
            };
            if lease.is_some() {
                return Ok(Response::new(LeaseJobsResponse { lease }));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(Response::new(LeaseJobsResponse { lease: None }))
    }

    async fn renew_lease(&self, _: Request<RenewLeaseRequest>) -> Answer<RenewLeaseResponse> {
        let duration = Some(prost_types::Duration { seconds: 60, nanos: 0 });
        Ok(Response::new(RenewLeaseResponse { duration }))
    }

    async fn record_progress(
        &self,
        request: Request<RecordProgressRequest>,
    ) -> Answer<RecordProgressResponse> {
        use pullwright_proto::job::record_progress_request::Progress;
        if let Some(Progress::Announcement(announcement)) = request.into_inner().progress {
            let mut told = self.0.lock().unwrap();
            told.announced += 1;
            told.spec.announced.push(announcement);
        }
        Ok(Response::new(RecordProgressResponse { wanted: true }))
    }

    async fn complete_job(
        &self,
        request: Request<CompleteJobRequest>,
    ) -> Answer<CompleteJobResponse> {
        self.0.lock().unwrap().ended.push(Ended::Done(request.into_inner()));
        Ok(Response::new(CompleteJobResponse {}))
    }

    async fn fail_job(&self, request: Request<FailJobRequest>) -> Answer<FailJobResponse> {
        self.0.lock().unwrap().ended.push(Ended::Failed(request.into_inner()));
        Ok(Response::new(FailJobResponse { will_retry: false }))
    }

    async fn revoke_lease(&self, _: Request<RevokeLeaseRequest>) -> Answer<RevokeLeaseResponse> {
        let mut told = self.0.lock().unwrap();
        told.revoked += 1;
        told.epoch += 1;
        Ok(Response::new(RevokeLeaseResponse { epoch: told.epoch, revoked: true }))
    }

    async fn plan_pull_request(
        &self,
        _: Request<PlanPullRequestRequest>,
    ) -> Answer<PlanPullRequestResponse> {
        let told = self.0.lock().unwrap();
        match &told.plan_refusal {
            Some(refusal) => Err(refusal.clone()),
            None => Ok(Response::new(PlanPullRequestResponse {
                open_pull_request: Some(told.spec.clone()),
            })),
        }
    }
}

#[tonic::async_trait]
impl CredentialService for Cores {
    async fn get_hook_secret(
        &self,
        _: Request<registry::GetHookSecretRequest>,
    ) -> Answer<registry::GetHookSecretResponse> {
        unexpected()
    }

    async fn mint_app_token(
        &self,
        _: Request<registry::MintAppTokenRequest>,
    ) -> Answer<registry::MintAppTokenResponse> {
        unexpected()
    }

    async fn mint_credential(
        &self,
        _: Request<MintCredentialRequest>,
    ) -> Answer<MintCredentialResponse> {
        let told = self.0.lock().unwrap();
        match &told.mint_refusal {
            Some(refusal) => Err(refusal.clone()),
            None => Ok(Response::new(MintCredentialResponse {
                token: told.token.clone(),
                expires_at: None,
            })),
        }
    }

    async fn get_webhook_secrets(
        &self,
        _: Request<GetWebhookSecretsRequest>,
    ) -> Answer<GetWebhookSecretsResponse> {
        unexpected()
    }
}

#[tonic::async_trait]
impl ConfigRepoService for Cores {
    async fn rotate_webhook_secret(
        &self,
        _: Request<registry::RotateWebhookSecretRequest>,
    ) -> Answer<registry::RotateWebhookSecretResponse> {
        unexpected()
    }

    async fn report_webhook(
        &self,
        _: Request<registry::ReportWebhookRequest>,
    ) -> Answer<registry::ReportWebhookResponse> {
        unexpected()
    }

    async fn report_repository(
        &self,
        _: Request<registry::ReportRepositoryRequest>,
    ) -> Answer<registry::ReportRepositoryResponse> {
        unexpected()
    }

    async fn get_config_repo(
        &self,
        request: Request<registry::GetConfigRepoRequest>,
    ) -> Answer<registry::GetConfigRepoResponse> {
        if request.into_inner().config_repo_id != REPO_ID.to_string() {
            return Err(not_found());
        }
        let config_repo = ConfigRepo {
            id: REPO_ID.to_string(),
            name: "search-config".to_owned(),
            provider: "github".to_owned(),
            repo_url: format!("{}/{REPOSITORY}", self.1),
            default_branch: "main".to_owned(),
            pr_base_branch: "main".to_owned(),
            auth_ref: "search-config-token".to_owned(),
            ..ConfigRepo::default()
        };
        Ok(Response::new(registry::GetConfigRepoResponse { config_repo: Some(config_repo) }))
    }

    async fn create_config_repo(
        &self,
        _: Request<registry::CreateConfigRepoRequest>,
    ) -> Answer<registry::CreateConfigRepoResponse> {
        unexpected()
    }

    async fn list_config_repos(
        &self,
        _: Request<registry::ListConfigReposRequest>,
    ) -> Answer<registry::ListConfigReposResponse> {
        unexpected()
    }

    async fn update_config_repo(
        &self,
        _: Request<registry::UpdateConfigRepoRequest>,
    ) -> Answer<registry::UpdateConfigRepoResponse> {
        unexpected()
    }

    async fn delete_config_repo(
        &self,
        _: Request<registry::DeleteConfigRepoRequest>,
    ) -> Answer<registry::DeleteConfigRepoResponse> {
        unexpected()
    }
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
