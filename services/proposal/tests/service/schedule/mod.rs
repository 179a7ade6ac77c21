//! What is looked at from time to time: who is told to look, and what becomes of what they saw.

mod closed;
mod gaps;
mod hooks;
mod lanes;
mod many;
mod orphans;
mod reconcile;
mod repositories;
mod sights;

use pullwright_pg::Queries as _;
use pullwright_proposal::{Settings, schedule::Schedule};
use pullwright_proto::{
    delivery as delivery_v1,
    job::{
        self as v1, JobKind, complete_job_request::Outcome, job::Spec,
        job_service_client::JobServiceClient, pull_request_sight::Sight, retry::When,
    },
    proposal::PullRequestState,
};
use pullwright_rpc::{Refusal, client::Connection};

use crate::{
    harness::{Harness, answer, uuid},
    runner::{Runner, pull, second},
};

/// The kinds of jobs that only look.
pub const READS: [JobKind; 4] = [
    JobKind::ReconcilePullRequests,
    JobKind::FillDeliveryGaps,
    JobKind::RegisterWebhook,
    JobKind::SweepOrphans,
];

/// A ledger with its schedule, and a runner that looks.
pub struct World {
    pub ledger: Harness,
    pub schedule: Schedule,
    pub repository: String,
}

impl World {
    /// Nothing was opened yet.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// The same with other settings; the registry is asked at every step.
    pub async fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        let ledger = Harness::start_with(|settings| {
            settings.schedule.sync_every = std::time::Duration::from_millis(1);
            change(settings);
        })
        .await;
        let schedule = Schedule::new(ledger.app.clone());
        let repository = ledger.registry.repository_of(&ledger.cluster);
        Self { ledger, schedule, repository }
    }

    /// Pull request 7 of the proposal with this id is open as of second 1, and was never looked at.
    pub async fn opened() -> (Self, String) {
        let mut world = Self::start().await;
        let id = world.open(7).await;
        world.step().await;
        (world, id)
    }

    /// Opens a proposal's pull request with this number; gives the proposal's id.
    pub async fn open(&self, number: i64) -> String {
        let id = self.ledger.manual().await.id;
        self.ledger.open(&id).await.unwrap();
        Runner::of(&self.ledger, "opener").one().await.opened(pull(number, 1)).await.unwrap();
        id
    }

    /// Opens a proposal again whose pull request was closed: with this number, and after the closing of what was before.
    pub async fn open_again(&self, id: &str, number: i64) {
        self.ledger.open(id).await.unwrap();
        let runner = Runner::of(&self.ledger, "opener");
        let lease = runner.lease().await.expect("a lane with due jobs");
        for job in &lease.jobs {
            let work = runner.work(&lease, job);
            match job.kind() {
                JobKind::OpenPullRequest => work.opened(pull(number, 3)).await.unwrap(),
                _ => work.complete(crate::runner::closed(None)).await.unwrap(),
            }
        }
    }

    /// Does what is due.
    pub async fn step(&mut self) {
        self.schedule.step().await;
    }

    /// Leases a job of this kind, if one is due.
    pub async fn lease(&self, kind: JobKind) -> Option<Look> {
        self.lease_any(&[kind]).await
    }

    /// Leases a job of these kinds, if one is due.
    pub async fn lease_any(&self, kinds: &[JobKind]) -> Option<Look> {
        let client = self.ledger.jobs();
        let request = v1::LeaseJobsRequest {
            holder: "looker".to_owned(),
            kinds: kinds.iter().copied().map(Into::into).collect(),
            max_jobs: 0,
            wait: None,
        };
        let lease = answer(client.clone().lease_jobs(request).await).unwrap().lease?;
        let [job] = <[_; 1]>::try_from(lease.jobs.clone()).expect("one job");
        Some(Look { client, lease, job })
    }

    /// Queues what is due and leases the job of this kind that there must be.
    pub async fn look(&mut self, kind: JobKind) -> Look {
        self.step().await;
        self.lease(kind).await.expect("a job that is due")
    }

    /// Runs a statement.
    pub async fn sql(&self, sql: &str) {
        self.ledger.db().await.execute(sql, &[]).await.unwrap();
    }

    /// Lets a time pass as far as watched pull requests go.
    pub async fn pass(&self, time: &str) {
        let sql = format!("UPDATE pull_request_watches SET due_at = due_at - interval '{time}'");
        self.ledger.db().await.batch_execute(&sql).await.unwrap();
    }

    /// Lets a time pass as far as everything else goes that is looked at.
    pub async fn pass_looks(&self, time: &str) {
        let sql = format!("UPDATE looks SET next_at = next_at - interval '{time}'");
        self.ledger.db().await.batch_execute(&sql).await.unwrap();
    }

    /// In how many minutes a proposal's pull request is looked at; none when it is not watched.
    pub async fn due_in(&self, proposal: &str) -> Option<i64> {
        const SQL: &str = "
            SELECT round(extract(epoch FROM due_at - now()) / 60)::bigint AS minutes
            FROM pull_request_watches
            WHERE proposal_id = $1";
        let row = self.ledger.db().await.query_opt(SQL, &[&uuid(proposal)]).await.unwrap();
        row.map(|row| row.get::<_, Option<i64>>("minutes").unwrap_or(i64::MIN))
    }

    /// In how many minutes something is looked at.
    pub async fn next_in(&self, kind: &str, subject: &str) -> i64 {
        const SQL: &str = "
            SELECT round(extract(epoch FROM next_at - now()) / 60)::bigint AS minutes
            FROM looks
            WHERE kind = $1 AND subject = $2";
        let db = self.ledger.db().await;
        db.query_one(SQL, &[&kind, &uuid(subject)]).await.unwrap().get("minutes")
    }

    /// A repository as people see it.
    pub async fn watched(&self, repository: &str) -> delivery_v1::WatchedRepository {
        let request = delivery_v1::ListWatchedRepositoriesRequest {
            filter: format!("repository_id = {repository}"),
            ..Default::default()
        };
        let listed = answer(self.ledger.deliveries().list_watched_repositories(request).await);
        let [one] = <[_; 1]>::try_from(listed.unwrap().repositories).expect("one repository");
        one
    }

    /// Why a proposal is where it is.
    pub async fn why(&self, proposal: &str) -> String {
        let request =
            pullwright_proto::proposal::ExplainProposalRequest { proposal_id: proposal.to_owned() };
        answer(self.ledger.proposals().explain_proposal(request).await).unwrap().sentence
    }

    /// Where a proposal and its pull request stand.
    pub async fn state(
        &self,
        proposal: &str,
    ) -> (pullwright_proto::proposal::ProposalStatus, PullRequestState) {
        let proposal = self.ledger.get(proposal).await.unwrap();
        (proposal.status(), proposal.pull_request_state())
    }
}

/// A job that looks, in a runner's hands.
#[derive(Clone)]
pub struct Look {
    client: JobServiceClient<Connection>,
    pub lease: v1::Lease,
    pub job: v1::Job,
}

impl Look {
    /// The pull requests to look at.
    pub fn watches(&self) -> &[v1::PullRequestWatch] {
        match &self.job.spec {
            Some(Spec::ReconcilePullRequests(spec)) => &spec.watches,
            other => panic!("no pull requests to look at: {other:?}"),
        }
    }

    /// Which log to read.
    pub fn gaps(&self) -> &v1::FillDeliveryGapsSpec {
        match &self.job.spec {
            Some(Spec::FillDeliveryGaps(spec)) => spec,
            other => panic!("no log to read: {other:?}"),
        }
    }

    /// Tells what was seen; gives how many changed.
    pub async fn tell(&self, sights: Vec<v1::PullRequestSight>) -> Result<i32, Refusal> {
        let request = v1::RecordSightsRequest {
            job_id: self.job.id.clone(),
            token: self.lease.token.clone(),
            sights,
        };
        answer(self.client.clone().record_sights(request).await).map(|answer| answer.changed)
    }

    /// Tells what was seen of the one pull request that there is to look at, and ends.
    pub async fn saw(&self, sight: Sight, etag: &str) -> i32 {
        let [watch] = self.watches() else { panic!("one pull request: {:?}", self.watches()) };
        let changed = self.tell(vec![seen(&watch.proposal_id, sight, etag)]).await.unwrap();
        self.reconciled().await;
        changed
    }

    /// Says which of these deliveries are to be asked for.
    pub async fn check(&self, deliveries: Vec<v1::LoggedDelivery>) -> Result<Vec<i64>, Refusal> {
        let request = v1::CheckDeliveriesRequest {
            job_id: self.job.id.clone(),
            token: self.lease.token.clone(),
            deliveries,
        };
        answer(self.client.clone().check_deliveries(request).await).map(|answer| answer.attempt_ids)
    }

    /// Tells which branches and pull requests were found; gives how many are tidied up and how many are unknown.
    pub async fn found(
        &self,
        branches: Vec<v1::FoundBranch>,
        pull_requests: Vec<v1::FoundPullRequest>,
    ) -> Result<(i32, i32), Refusal> {
        let request = v1::CheckOrphansRequest {
            job_id: self.job.id.clone(),
            token: self.lease.token.clone(),
            branches,
            pull_requests,
        };
        answer(self.client.clone().check_orphans(request).await)
            .map(|answer| (answer.queued, answer.unknown))
    }

    /// Ends the job.
    pub async fn complete(&self, outcome: Outcome) -> Result<(), Refusal> {
        let request = v1::CompleteJobRequest {
            job_id: self.job.id.clone(),
            token: self.lease.token.clone(),
            outcome: Some(outcome),
            steps: vec![],
        };
        answer(self.client.clone().complete_job(request).await).map(drop)
    }

    /// Ends a look at pull requests that went well.
    pub async fn reconciled(&self) {
        let outcome = v1::PullRequestsReconciled { requests: 1, failure: None };
        self.complete(Outcome::Reconciled(outcome)).await.unwrap();
    }

    /// Ends an attempt that failed; gives whether it is made again.
    pub async fn fail(&self, reason: &str, when: When) -> Result<bool, Refusal> {
        let request = v1::FailJobRequest {
            job_id: self.job.id.clone(),
            token: self.lease.token.clone(),
            reason: reason.to_owned(),
            message: "it broke".to_owned(),
            retry: Some(v1::Retry { when: Some(when) }),
            steps: vec![],
        };
        answer(self.client.clone().fail_job(request).await).map(|answer| answer.will_retry)
    }
}

/// What was seen of the first generation of a proposal.
pub fn seen(proposal: &str, sight: Sight, etag: &str) -> v1::PullRequestSight {
    v1::PullRequestSight {
        proposal_id: proposal.to_owned(),
        generation: 1,
        sight: Some(sight),
        etag: etag.to_owned(),
    }
}

/// It is open.
pub fn open(number: i64, at: i64) -> Sight {
    Sight::Seen(pull(number, at))
}

/// It is closed.
pub fn closed(number: i64, at: i64) -> Sight {
    Sight::Seen(v1::PullRequestRef { state: PullRequestState::Closed.into(), ..pull(number, at) })
}

/// It is merged.
pub fn merged(number: i64, at: i64) -> Sight {
    Sight::Seen(v1::PullRequestRef {
        state: PullRequestState::Merged.into(),
        merged_at: Some(second(at)),
        ..pull(number, at)
    })
}

/// Something was wrong.
pub fn failure(reason: &str) -> v1::SightFailure {
    v1::SightFailure {
        reason: reason.to_owned(),
        message: "GitHub said no".to_owned(),
        retry_after: None,
    }
}
