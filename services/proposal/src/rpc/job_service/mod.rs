//! The runner's door to the ledger: a file per call. Knows no git and no GitHub, only what runners report of them.

mod check_deliveries;
mod check_orphans;
mod complete_job;
mod fail_job;
mod held;
mod hopeless;
mod late;
mod lease_jobs;
mod plan_pull_request;
mod reads;
mod record;
mod record_progress;
mod record_sights;
mod renew_lease;
mod revoke_lease;
mod spec;

use std::sync::Arc;

use pullwright_proto::job::{self as v1, job_service_server};
use tonic::{Request, Response, Status};

use super::refuse;
use crate::App;

/// `pullwright.job.v1.JobService`.
pub struct Service(pub Arc<App>);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl job_service_server::JobService for Service {
    async fn lease_jobs(
        &self,
        request: Request<v1::LeaseJobsRequest>,
    ) -> Answer<v1::LeaseJobsResponse> {
        lease_jobs::lease_jobs(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }

    async fn renew_lease(
        &self,
        request: Request<v1::RenewLeaseRequest>,
    ) -> Answer<v1::RenewLeaseResponse> {
        let request = request.into_inner();
        let token = request.token.clone();
        let told = renew_lease::renew_lease(&self.0, request).await;
        late::heard(&self.0, &token, told).await.map(Response::new).map_err(refuse)
    }

    async fn record_progress(
        &self,
        request: Request<v1::RecordProgressRequest>,
    ) -> Answer<v1::RecordProgressResponse> {
        let request = request.into_inner();
        let token = request.token.clone();
        let told = record_progress::record_progress(&self.0, request).await;
        late::heard(&self.0, &token, told).await.map(Response::new).map_err(refuse)
    }

    async fn complete_job(
        &self,
        request: Request<v1::CompleteJobRequest>,
    ) -> Answer<v1::CompleteJobResponse> {
        let request = request.into_inner();
        let token = request.token.clone();
        let told = complete_job::complete_job(&self.0, request).await;
        late::heard(&self.0, &token, told).await.map(Response::new).map_err(refuse)
    }

    async fn fail_job(&self, request: Request<v1::FailJobRequest>) -> Answer<v1::FailJobResponse> {
        let request = request.into_inner();
        let token = request.token.clone();
        let told = fail_job::fail_job(&self.0, request).await;
        late::heard(&self.0, &token, told).await.map(Response::new).map_err(refuse)
    }

    async fn revoke_lease(
        &self,
        request: Request<v1::RevokeLeaseRequest>,
    ) -> Answer<v1::RevokeLeaseResponse> {
        revoke_lease::revoke_lease(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }

    async fn plan_pull_request(
        &self,
        request: Request<v1::PlanPullRequestRequest>,
    ) -> Answer<v1::PlanPullRequestResponse> {
        plan_pull_request::plan_pull_request(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }

    async fn record_sights(
        &self,
        request: Request<v1::RecordSightsRequest>,
    ) -> Answer<v1::RecordSightsResponse> {
        record_sights::record_sights(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }

    async fn check_deliveries(
        &self,
        request: Request<v1::CheckDeliveriesRequest>,
    ) -> Answer<v1::CheckDeliveriesResponse> {
        check_deliveries::check_deliveries(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }

    async fn check_orphans(
        &self,
        request: Request<v1::CheckOrphansRequest>,
    ) -> Answer<v1::CheckOrphansResponse> {
        check_orphans::check_orphans(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }
}
