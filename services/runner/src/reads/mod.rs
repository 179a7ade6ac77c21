//! What is looked at regularly: pull requests, a hook's log, the hook itself, what was left behind.
//!
//! These jobs change nothing in git and no pull request; hooks, and asking GitHub to deliver again, are all they do. So they take no
//! lock. What goes wrong with one repository is told as the end of its job, so that the ledger keeps it where its owner looks.

mod failure;
mod gaps;
mod hook;
mod orphans;
mod reconcile;
mod site;

use std::{ops::Deref, time::Duration};

use pullwright_proto::job::{Job, complete_job_request::Outcome, job::Spec};

use crate::{error::JobError, jobs::Look, lease::Lease, ledger::LedgerError};

/// One attempt at such a job: under which lease, with what at hand.
pub struct Reading<'a> {
    /// The runner's parts, and the attempt's times.
    pub look: Look<'a>,
    /// The lane's lease.
    pub lease: &'a Lease,
    /// The job.
    pub job_id: &'a str,
}

impl<'a> Deref for Reading<'a> {
    type Target = Look<'a>;

    fn deref(&self) -> &Look<'a> {
        &self.look
    }
}

impl Reading<'_> {
    /// Asked between two steps: whether there is a point in going on.
    fn go_on(&self) -> Result<(), JobError> {
        if self.lease.is_lost() {
            return Err(LedgerError::LeaseLost.into());
        }
        if self.app.stop.is_cancelled() { Err(JobError::Stopping) } else { Ok(()) }
    }

    /// Sees to it that a request which changes something ends well within the lease; else it must not begin.
    async fn ensure(&self) -> Result<(), JobError> {
        self.go_on()?;
        let settings = &self.app.settings;
        Ok(self.lease.ensure(settings.github_time_limit + settings.lease_margin).await?)
    }

    /// Waits, unless there is no point in going on.
    async fn wait(&self, duration: Duration) -> Result<(), JobError> {
        tokio::select! {
            () = self.app.stop.cancelled() => {}
            () = tokio::time::sleep(duration) => {}
        }
        self.go_on()
    }
}

/// Does a job.
pub async fn run(reading: &Reading<'_>, job: &Job) -> Result<Outcome, JobError> {
    match &job.spec {
        Some(Spec::ReconcilePullRequests(spec)) => reconcile::run(reading, spec).await,
        Some(Spec::FillDeliveryGaps(spec)) => gaps::run(reading, spec).await,
        Some(Spec::RegisterWebhook(spec)) => hook::run(reading, spec).await,
        Some(Spec::SweepOrphans(spec)) => orphans::run(reading, spec).await,
        None
        | Some(
            Spec::OpenPullRequest(_)
            | Spec::ClosePullRequest(_)
            | Spec::CommentPullRequest(_)
            | Spec::TidyPullRequest(_),
        ) => Err(JobError::unknown_kind()),
    }
}
