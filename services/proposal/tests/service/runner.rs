//! A runner without git and GitHub: it leases, and tells what the test wants told.

use std::time::Duration;

use prost_types::Timestamp;
use pullwright_proto::{
    job::{
        self as v1, complete_job_request::Outcome, job::Spec, job_service_client::JobServiceClient,
        record_progress_request::Progress, retry::When,
    },
    proposal::PullRequestState,
};
use pullwright_rpc::{Refusal, client::Connection};

use crate::harness::{Harness, answer};

/// The kinds of jobs that there are.
pub const ALL: [v1::JobKind; 4] = [
    v1::JobKind::OpenPullRequest,
    v1::JobKind::ClosePullRequest,
    v1::JobKind::CommentPullRequest,
    v1::JobKind::TidyPullRequest,
];

/// A runner.
#[derive(Clone)]
pub struct Runner {
    client: JobServiceClient<Connection>,
    name: String,
}

impl Runner {
    /// A runner of this name.
    pub fn of(ledger: &Harness, name: &str) -> Self {
        Self { client: ledger.jobs(), name: name.to_owned() }
    }

    /// What it asks when it asks for anything, without waiting.
    pub fn request(&self) -> v1::LeaseJobsRequest {
        v1::LeaseJobsRequest {
            holder: self.name.clone(),
            kinds: ALL.map(Into::into).to_vec(),
            max_jobs: 0,
            wait: None,
        }
    }

    /// Asks for work.
    pub async fn ask(&self, request: v1::LeaseJobsRequest) -> Result<Option<v1::Lease>, Refusal> {
        answer(self.client.clone().lease_jobs(request).await).map(|answer| answer.lease)
    }

    /// Asks for any work, without waiting.
    pub async fn lease(&self) -> Option<v1::Lease> {
        self.ask(self.request()).await.unwrap()
    }

    /// Asks for any work, and waits for it.
    pub async fn wait(&self, wait: Duration) -> Option<v1::Lease> {
        let request =
            v1::LeaseJobsRequest { wait: Some(wait.try_into().unwrap()), ..self.request() };
        self.ask(request).await.unwrap()
    }

    /// Leases the one job that there must be.
    pub async fn one(&self) -> Work {
        let lease = self.lease().await.expect("a lane with due jobs");
        let [job] = <[_; 1]>::try_from(lease.jobs.clone()).expect("one job");
        Work { runner: self.clone(), lease, job }
    }

    /// Prolongs a lease.
    pub async fn renew(&self, lease: &v1::Lease) -> Result<Duration, Refusal> {
        let request =
            v1::RenewLeaseRequest { lane: lease.lane.clone(), token: lease.token.clone() };
        let renewed = answer(self.client.clone().renew_lease(request).await)?;
        Ok(renewed.duration.unwrap().try_into().unwrap())
    }

    /// Ends a lane's lease; gives the epoch and whether there was one.
    pub async fn revoke(&self, lane: &str) -> Result<(i64, bool), Refusal> {
        let request = v1::RevokeLeaseRequest {
            lane: lane.to_owned(),
            reason: "it hangs".to_owned(),
            actor: "olga".to_owned(),
        };
        let answer = answer(self.client.clone().revoke_lease(request).await)?;
        Ok((answer.epoch, answer.revoked))
    }

    /// One job of a lease.
    pub fn work(&self, lease: &v1::Lease, job: &v1::Job) -> Work {
        Work { runner: self.clone(), lease: lease.clone(), job: job.clone() }
    }
}

/// A job in a runner's hands.
#[derive(Clone)]
pub struct Work {
    pub runner: Runner,
    pub lease: v1::Lease,
    pub job: v1::Job,
}

impl Work {
    /// What is to be opened.
    pub fn open(&self) -> &v1::OpenPullRequestSpec {
        match &self.job.spec {
            Some(Spec::OpenPullRequest(spec)) => spec,
            other => panic!("nothing to open: {other:?}"),
        }
    }

    /// What is to be closed.
    pub fn close(&self) -> &v1::ClosePullRequestSpec {
        match &self.job.spec {
            Some(Spec::ClosePullRequest(spec)) => spec,
            other => panic!("nothing to close: {other:?}"),
        }
    }

    /// Tells an intent or a fact; gives whether the work is still wanted.
    pub async fn record(&self, progress: Progress) -> Result<bool, Refusal> {
        let request = v1::RecordProgressRequest {
            job_id: self.job.id.clone(),
            token: self.lease.token.clone(),
            progress: Some(progress),
        };
        answer(self.runner.client.clone().record_progress(request).await)
            .map(|answer| answer.wanted)
    }

    /// Tells that a commit is about to be pushed.
    pub async fn announce(&self, head: char) -> Result<bool, Refusal> {
        self.record(Progress::Announcement(v1::Announcement {
            base_oid: oid('a'),
            head_oid: oid(head),
        }))
        .await
    }

    /// Ends the job.
    pub async fn complete(&self, outcome: Outcome) -> Result<(), Refusal> {
        let request = v1::CompleteJobRequest {
            job_id: self.job.id.clone(),
            token: self.lease.token.clone(),
            outcome: Some(outcome),
            steps: vec![v1::StepTiming {
                step: "fetch".to_owned(),
                duration: Some(Duration::from_millis(12).try_into().unwrap()),
            }],
        };
        answer(self.runner.client.clone().complete_job(request).await).map(drop)
    }

    /// Ends the job with this pull request.
    pub async fn opened(&self, pull: v1::PullRequestRef) -> Result<(), Refusal> {
        self.complete(opened(pull)).await
    }

    /// Ends an attempt that failed; gives whether it will be made again.
    pub async fn fail(&self, when: When) -> Result<bool, Refusal> {
        self.fail_with("GITHUB_API_FAILED", "GitHub said 502", when).await
    }

    /// Ends an attempt that failed for this reason.
    pub async fn fail_with(
        &self,
        reason: &str,
        message: &str,
        when: When,
    ) -> Result<bool, Refusal> {
        let request = v1::FailJobRequest {
            job_id: self.job.id.clone(),
            token: self.lease.token.clone(),
            reason: reason.to_owned(),
            message: message.to_owned(),
            retry: Some(v1::Retry { when: Some(when) }),
            steps: vec![],
        };
        answer(self.runner.client.clone().fail_job(request).await).map(|answer| answer.will_retry)
    }
}

/// A pull request was opened.
pub fn opened(pull: v1::PullRequestRef) -> Outcome {
    Outcome::Opened(v1::PullRequestOpened { pull_request: Some(pull), ..Default::default() })
}

/// A pull request was closed, and its branch deleted.
pub fn closed(pull: Option<v1::PullRequestRef>) -> Outcome {
    Outcome::Closed(v1::PullRequestClosed {
        pull_request: pull,
        branch_deleted: true,
        branch_kept_reason: String::new(),
    })
}

/// Try again after this time.
pub fn after(wait: Duration) -> When {
    When::After(wait.try_into().unwrap())
}

/// What GitHub reports of an open pull request, last changed in second `updated_at` of our time.
pub fn pull(number: i64, updated_at: i64) -> v1::PullRequestRef {
    v1::PullRequestRef {
        number,
        node_id: format!("PR_{number}"),
        url: format!("https://github.com/acme/products-config/pull/{number}"),
        head_oid: oid('b'),
        base_oid: oid('a'),
        state: PullRequestState::Open.into(),
        merged_at: None,
        updated_at: Some(second(updated_at)),
    }
}

/// A second of our time.
pub fn second(number: i64) -> Timestamp {
    Timestamp { seconds: 1_767_000_000 + number, nanos: 0 }
}

/// An object id.
pub fn oid(digit: char) -> String {
    digit.to_string().repeat(40)
}
