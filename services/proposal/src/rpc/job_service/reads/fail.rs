//! Looks that a runner could not end, or never did: what was wrong is kept with what was to be looked at, which is looked at again later.

use pullwright_proto::error::ErrorReason;
use uuid::Uuid;

use super::Held;
use crate::{
    App,
    domain::{
        job::Read,
        retry::{LONGEST_AFTER, Retry},
    },
    error::Result,
    store::{
        Transaction,
        jobs::{self, Job},
        lanes,
        leases::{self, Answer, Leased},
        looks::{self, Ended},
        watches,
    },
};

/// After how many runners that went silent one after the other a look is given up until its next time.
const MOST_SILENT: i32 = 3;
const SILENT: &str = "no runner finished it: each one went silent before it had answered";

/// Ends an attempt; tells whether the same job is tried again.
pub(in crate::rpc::job_service) async fn fail(
    app: &App,
    tx: &Transaction<'_>,
    (found, read): (&Job, Read),
    answer: Answer<'_>,
    (reason, message): (&str, &str),
    retry: Retry,
) -> Result<bool> {
    let held = Held::lock(tx, found).await?;
    if held.job.was_answered(answer.token, answer.sha256) {
        return Ok(held.job.answered_retry.unwrap_or_default());
    }
    held.check(answer.token)?;
    leases::note_failure(tx, &held.job, reason, message).await?;
    let subject = held.job.subject;
    let is_kept = match retry {
        Retry::After(wait) => {
            leases::postpone(tx, &held.job, answer, wait.min(LONGEST_AFTER), false).await?;
            if reason != ErrorReason::RunnerStopping.reason() {
                looks::note(tx, read, subject, (reason, message)).await?;
            }
            true
        }
        Retry::Never | Retry::Backoff => {
            leases::end(tx, &held.job, answer, jobs::Outcome::Failed).await?;
            put_off(app, tx, read, subject, (reason, message)).await?;
            false
        }
    };
    lanes::free_if_done(tx, &held.lane).await?;
    Ok(is_kept)
}

/// Whether the runners of a look went silent too often to lease it once more.
pub(in crate::rpc::job_service) fn is_hopeless(leased: &Leased) -> bool {
    leased.lost_epoch.is_some() && leased.job.attempt > MOST_SILENT
}

/// Ends a job that is leased and not handed out.
pub(in crate::rpc::job_service) async fn give_up(
    app: &App,
    tx: &Transaction<'_>,
    job: &Job,
    read: Read,
) -> Result<()> {
    let attempts = job.attempt - 1;
    let message = format!("{SILENT} (given up after {attempts} attempts)");
    let reason = ErrorReason::LeaseLost.reason();
    tracing::warn!(lane = job.lane, attempts, "gave up a look whose runners went silent");
    leases::give_up(tx, job, reason, &message).await?;
    put_off(app, tx, read, job.subject, (reason, &message)).await
}

async fn put_off(
    app: &App,
    tx: &Transaction<'_>,
    read: Read,
    subject: Uuid,
    problem: (&str, &str),
) -> Result<()> {
    let Some(last) = looks::last_distance(tx, read, subject).await? else { return Ok(()) };
    let next = app.settings.schedule.pace.after_failure(read, last, None);
    if read == Read::PullRequests {
        watches::put_off(tx, subject, next.wait).await?;
    }
    let ended = Ended { wait: next.wait, distance: next.distance, problem: Some(problem) };
    looks::end(tx, read, subject, ended).await
}
