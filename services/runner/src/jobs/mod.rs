//! What jobs do, and what previews show of it beforehand. Each step is safe to do twice; each effect comes after its intent is in the
//! ledger's journal.

mod adopt;
mod build;
mod chart;
mod close_pull_request;
mod closing;
mod comment_pull_request;
mod edit;
mod expected;
mod open_pull_request;
mod patch;
mod place;
mod preview;
mod pull_request;
mod push_branch;
mod tidy_pull_request;

use std::{ops::Deref, time::Duration};

use pullwright_proto::job::{Job, complete_job_request::Outcome, job::Spec};

use crate::{
    App, error::JobError, lease::Lease, ledger::LedgerError, lock::RepositoryLock, steps::Steps,
};

pub use place::Place;
pub use preview::preview;
pub use pull_request::reference;

/// What looking and building need. There is no lease and no lock in it, so nothing that asks for it alone has an effect outside.
pub struct Look<'a> {
    /// The runner's parts.
    pub app: &'a App,
    /// Times the steps.
    pub steps: &'a Steps,
}

/// One attempt at a job: under which lease and lock, with what at hand.
pub struct Attempt<'a> {
    /// The runner's parts, and the attempt's times.
    pub look: Look<'a>,
    /// The lane's lease.
    pub lease: &'a Lease,
    /// The repository's lock.
    pub lock: &'a RepositoryLock,
    /// The job.
    pub job_id: &'a str,
    /// Which attempt this is, from 1.
    pub number: i32,
}

impl<'a> Deref for Attempt<'a> {
    type Target = Look<'a>;

    fn deref(&self) -> &Look<'a> {
        &self.look
    }
}

impl Attempt<'_> {
    /// Sees to it that an effect which may take `limit` ends well within the lease; else it must not begin.
    async fn ensure(&self, limit: Duration) -> Result<(), LedgerError> {
        self.lease.ensure(limit + self.app.settings.lease_margin).await
    }
}

/// Does a job.
pub async fn run(attempt: &Attempt<'_>, job: &Job) -> Result<Outcome, JobError> {
    match &job.spec {
        Some(Spec::OpenPullRequest(spec)) => open_pull_request::run(attempt, spec).await,
        Some(Spec::ClosePullRequest(spec)) => close_pull_request::run(attempt, spec).await,
        Some(Spec::CommentPullRequest(spec)) => comment_pull_request::run(attempt, spec).await,
        Some(Spec::TidyPullRequest(spec)) => tidy_pull_request::run(attempt, spec).await,
        // The last four only read; they are in lanes of their own.
        None
        | Some(
            Spec::ReconcilePullRequests(_)
            | Spec::FillDeliveryGaps(_)
            | Spec::RegisterWebhook(_)
            | Spec::SweepOrphans(_),
        ) => Err(JobError::unknown_kind()),
    }
}
