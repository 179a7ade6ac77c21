//! The ledger as the runner sees it: lease, renew, record, end. Does not know what jobs do.

use std::time::Duration;

use pullwright_proto::job::{
    Announcement, CheckDeliveriesRequest, CheckOrphansRequest, CheckOrphansResponse,
    CompleteJobRequest, FailJobRequest, FoundBranch, FoundPullRequest, JobKind, Lease,
    LeaseJobsRequest, LoggedDelivery, OpenPullRequestSpec, PlanPullRequestRequest, PullRequestRef,
    PullRequestSight, RecordProgressRequest, RecordSightsRequest, RenewLeaseRequest, Retry,
    RevokeLeaseRequest, StepTiming, complete_job_request::Outcome,
    job_service_client::JobServiceClient, record_progress_request::Progress, retry::When,
};
use pullwright_rpc::{Refusal, client::Connection};
use tonic::Code;

/// The largest answer that is taken: 16 jobs with their studies.
const LARGEST_ANSWER: usize = 64 << 20;

/// The ledger's jobs; cheap to clone.
#[derive(Clone)]
pub struct Ledger {
    client: JobServiceClient<Connection>,
}

/// Why the ledger did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// Another runner may hold the lane now: stop before the next effect.
    #[error("the lease is lost")]
    LeaseLost,
    /// The ledger refused, or could not be reached.
    #[error("the ledger did not answer as hoped")]
    Refused(#[source] Refusal),
}

impl From<tonic::Status> for LedgerError {
    fn from(status: tonic::Status) -> Self {
        if status.code() == Code::Aborted { Self::LeaseLost } else { Self::Refused(status.into()) }
    }
}

type Result<T> = std::result::Result<T, LedgerError>;

impl Ledger {
    /// The ledger at the other end of `connection`.
    #[must_use]
    pub fn new(connection: Connection) -> Self {
        Self { client: JobServiceClient::new(connection).max_decoding_message_size(LARGEST_ANSWER) }
    }

    /// Takes a lane with due jobs, waiting for one up to `wait`.
    pub async fn lease(
        &self,
        holder: &str,
        kinds: &[JobKind],
        wait: Duration,
    ) -> Result<Option<Lease>> {
        let request = LeaseJobsRequest {
            holder: holder.to_owned(),
            kinds: kinds.iter().map(|kind| (*kind).into()).collect(),
            max_jobs: 0,
            wait: wait.try_into().ok(),
        };
        Ok(self.client.clone().lease_jobs(request).await?.into_inner().lease)
    }

    /// Prolongs a lease; returns how long it lasts from when this was called.
    pub async fn renew(&self, lane: &str, token: &str) -> Result<Duration> {
        let request = RenewLeaseRequest { lane: lane.to_owned(), token: token.to_owned() };
        let duration = self.client.clone().renew_lease(request).await?.into_inner().duration;
        Ok(duration.and_then(|duration| duration.try_into().ok()).unwrap_or_default())
    }

    /// Writes down that `head` on `base` is about to be pushed; says whether that is still wanted.
    pub async fn announce(
        &self,
        job: &str,
        token: &str,
        announcement: Announcement,
    ) -> Result<bool> {
        self.record(job, token, Progress::Announcement(announcement)).await
    }

    /// Asks, directly before a pull request is created, whether it is still wanted.
    pub async fn creating_pull_request(&self, job: &str, token: &str) -> Result<bool> {
        self.record(job, token, Progress::CreatingPullRequest(())).await
    }

    /// Asks, directly before a pull request is closed or a branch deleted, whether that is still wanted.
    pub async fn closing_pull_request(&self, job: &str, token: &str) -> Result<bool> {
        self.record(job, token, Progress::ClosingPullRequest(())).await
    }

    /// Asks, directly before a comment is written, whether it is still wanted.
    pub async fn commenting(&self, job: &str, token: &str) -> Result<bool> {
        self.record(job, token, Progress::Commenting(())).await
    }

    /// Writes down what GitHub answered about the pull request.
    pub async fn found(
        &self,
        job: &str,
        token: &str,
        pull_request: PullRequestRef,
    ) -> Result<bool> {
        self.record(job, token, Progress::PullRequest(pull_request)).await
    }

    async fn record(&self, job: &str, token: &str, progress: Progress) -> Result<bool> {
        let request = RecordProgressRequest {
            job_id: job.to_owned(),
            token: token.to_owned(),
            progress: Some(progress),
        };
        Ok(self.client.clone().record_progress(request).await?.into_inner().wanted)
    }

    /// Ends a job that is done.
    pub async fn complete(
        &self,
        job: &str,
        token: &str,
        outcome: Outcome,
        steps: Vec<StepTiming>,
    ) -> Result<()> {
        let request = CompleteJobRequest {
            job_id: job.to_owned(),
            token: token.to_owned(),
            outcome: Some(outcome),
            steps,
        };
        self.client.clone().complete_job(request).await?;
        Ok(())
    }

    /// Ends an attempt that failed.
    pub async fn fail(
        &self,
        job: &str,
        token: &str,
        failure: Failure,
        steps: Vec<StepTiming>,
    ) -> Result<()> {
        let request = FailJobRequest {
            job_id: job.to_owned(),
            token: token.to_owned(),
            reason: failure.reason.to_owned(),
            message: failure.message,
            retry: Some(Retry { when: Some(failure.retry) }),
            steps,
        };
        self.client.clone().fail_job(request).await?;
        Ok(())
    }

    /// Hands in what a reconciling job saw; at most 100 sights.
    pub async fn record_sights(
        &self,
        job: &str,
        token: &str,
        sights: Vec<PullRequestSight>,
    ) -> Result<i32> {
        let request =
            RecordSightsRequest { job_id: job.to_owned(), token: token.to_owned(), sights };
        Ok(self.client.clone().record_sights(request).await?.into_inner().changed)
    }

    /// Which of these deliveries, at most 100, are to be asked for again, as ids of attempts, the oldest first.
    pub async fn check_deliveries(
        &self,
        job: &str,
        token: &str,
        deliveries: Vec<LoggedDelivery>,
    ) -> Result<Vec<i64>> {
        let request =
            CheckDeliveriesRequest { job_id: job.to_owned(), token: token.to_owned(), deliveries };
        Ok(self.client.clone().check_deliveries(request).await?.into_inner().attempt_ids)
    }

    /// Hands in what looks like ours, at most 1,000 of each.
    pub async fn check_orphans(
        &self,
        job: &str,
        token: &str,
        branches: Vec<FoundBranch>,
        pull_requests: Vec<FoundPullRequest>,
    ) -> Result<CheckOrphansResponse> {
        let request = CheckOrphansRequest {
            job_id: job.to_owned(),
            token: token.to_owned(),
            branches,
            pull_requests,
        };
        Ok(self.client.clone().check_orphans(request).await?.into_inner())
    }

    /// What an open job of this proposal would be given now.
    pub async fn plan(
        &self,
        proposal_id: &str,
    ) -> std::result::Result<OpenPullRequestSpec, Refusal> {
        let request = PlanPullRequestRequest { proposal_id: proposal_id.to_owned() };
        let plan = self.client.clone().plan_pull_request(request).await?.into_inner();
        Ok(plan.open_pull_request.unwrap_or_default())
    }

    /// Ends whatever lease a lane has, as `actor` asked for; returns the lane's new epoch.
    pub async fn revoke(
        &self,
        lane: &str,
        reason: &str,
        actor: &str,
    ) -> std::result::Result<i64, Refusal> {
        let request = RevokeLeaseRequest {
            lane: lane.to_owned(),
            reason: reason.to_owned(),
            actor: actor.to_owned(),
        };
        Ok(self.client.clone().revoke_lease(request).await?.into_inner().epoch)
    }
}

/// The end of an attempt that failed, ready to be stored.
#[derive(Debug)]
pub struct Failure {
    /// A reason of `error.v1.ErrorReason`, without its prefix.
    pub reason: &'static str,
    /// What happened, redacted.
    pub message: String,
    /// Whether trying again helps.
    pub retry: When,
}
