//! The ledger's part.

use std::time::Duration;

use pullwright_proto::job::{
    CheckDeliveriesRequest, CheckDeliveriesResponse, CheckOrphansRequest, CheckOrphansResponse,
    CompleteJobRequest, CompleteJobResponse, FailJobRequest, FailJobResponse, JobKind, Lease,
    LeaseJobsRequest, LeaseJobsResponse, PlanPullRequestRequest, PlanPullRequestResponse,
    RecordProgressRequest, RecordProgressResponse, RecordSightsRequest, RecordSightsResponse,
    RenewLeaseRequest, RenewLeaseResponse, RevokeLeaseRequest, RevokeLeaseResponse,
    job_service_server::JobService,
};
use tonic::{Code, Request, Response};
use uuid::Uuid;

use super::{
    super::harness::{Ended, REPO_ID},
    Answer, Cores, status,
};

/// How long leases last when the test does not say.
const MINUTE: prost_types::Duration = prost_types::Duration { seconds: 60, nanos: 0 };

#[tonic::async_trait]
impl JobService for Cores {
    async fn record_sights(
        &self,
        request: Request<RecordSightsRequest>,
    ) -> Answer<RecordSightsResponse> {
        let sights = request.into_inner().sights;
        assert!(sights.len() <= 100, "{} sights at once", sights.len());
        self.0.lock().unwrap().sights.extend(sights);
        Ok(Response::new(RecordSightsResponse { changed: 0 }))
    }

    async fn check_deliveries(
        &self,
        request: Request<CheckDeliveriesRequest>,
    ) -> Answer<CheckDeliveriesResponse> {
        let deliveries = request.into_inner().deliveries;
        assert!(deliveries.len() <= 100, "{} deliveries at once", deliveries.len());
        let mut told = self.0.lock().unwrap();
        let missing = deliveries.iter().rev().filter(|one| told.missing.contains(&one.delivery_id));
        let attempt_ids = missing.map(|one| one.attempt_id).collect();
        told.logged.push(deliveries);
        Ok(Response::new(CheckDeliveriesResponse { attempt_ids }))
    }

    async fn check_orphans(
        &self,
        request: Request<CheckOrphansRequest>,
    ) -> Answer<CheckOrphansResponse> {
        self.0.lock().unwrap().orphans.push(request.into_inner());
        Ok(Response::new(CheckOrphansResponse { queued: 1, unknown: 0 }))
    }

    async fn lease_jobs(&self, request: Request<LeaseJobsRequest>) -> Answer<LeaseJobsResponse> {
        let request = request.into_inner();
        let wait = request.wait.map_or(0, |wait| wait.seconds);
        let reads = request.kinds().any(|kind| kind == JobKind::ReconcilePullRequests);
        for _ in 0..wait.max(1) * 50 {
            let lease = {
                let mut told = self.0.lock().unwrap();
                let (job, lane) = if reads {
                    (told.reads.pop_front(), "read:anything")
                } else {
                    (told.jobs.pop_front(), "push")
                };
                job.map(|job| {
                    assert!(request.kinds().any(|kind| kind == job.kind()), "it was not asked for");
                    told.epoch += 1;
                    Lease {
                        lane: format!("{lane}:{REPO_ID}"),
                        epoch: told.epoch,
                        token: Uuid::now_v7().to_string(),
                        duration: Some(told.lease.unwrap_or(MINUTE)),
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
        let mut told = self.0.lock().unwrap();
        told.renewed += 1;
        if told.refuses_renewals {
            return Err(status(Code::Aborted, "LEASE_LOST", "somebody else holds the lane"));
        }
        Ok(Response::new(RenewLeaseResponse { duration: Some(told.lease.unwrap_or(MINUTE)) }))
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
