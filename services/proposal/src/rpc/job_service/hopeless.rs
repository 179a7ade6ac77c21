//! Jobs that are given up: those that failed for good, and those whose runner went silent too often to be leased once more.

use pullwright_proto::error::ErrorReason;

use super::reads;
use crate::{
    App,
    domain::{
        job::Kind,
        retry::{self, Next, Retry},
    },
    error::Result,
    store::{
        Transaction,
        events::{self, NewEvent},
        jobs::Job,
        leases::{self, Leased},
        pull_requests,
    },
};

const SILENT: &str = "no runner finished it: each one went silent before it had answered";

/// Gives up those of a lease's jobs whose runners went silent for the last time, and gives the others. What the silent ones may have left
/// is tidied up after as ever.
///
/// The caller has locked the proposals of the jobs whose runner went silent.
///
/// # Errors
/// The database refused.
pub(super) async fn give_up(
    app: &App,
    tx: &Transaction<'_>,
    leased: Vec<Leased>,
) -> Result<Vec<Leased>> {
    let mut others = Vec::new();
    for one in leased {
        match one.job.kind.read() {
            Some(read) if reads::is_hopeless(&one) => {
                reads::give_up(app, tx, &one.job, read).await?;
            }
            None if is_hopeless(&one) => end(tx, &one.job).await?,
            _ => others.push(one),
        }
    }
    Ok(others)
}

/// A silence counts like a failure that asks for a growing time.
fn is_hopeless(leased: &Leased) -> bool {
    let attempts = leased.job.attempt - 1;
    leased.lost_epoch.is_some()
        && retry::decide(Retry::Backoff, attempts, leased.tried_for, 0.0) == Next::GiveUp
}

async fn end(tx: &Transaction<'_>, job: &Job) -> Result<()> {
    let reason = ErrorReason::LeaseLost.reason();
    let attempts = job.attempt - 1;
    let text = format!("{SILENT} (given up after {attempts} attempts)");
    leases::give_up(tx, job, reason, &text).await?;
    let kind = fail(tx, job, &format!("{reason}: {text}")).await?;
    let told = format!("attempt {attempts} ended in silence; it was tried often enough");
    let event = NewEvent::new(kind, told)
        .fact("job", job.kind)
        .fact("generation", job.generation)
        .fact("attempt", attempts)
        .fact("reason", reason)
        .fact("message", text);
    events::record(tx, job.subject, event).await?;
    Ok(())
}

/// Stores why a job came to nothing where people look for it (T5); gives the kind of the event that tells it.
///
/// # Errors
/// The database refused.
pub(super) async fn fail(tx: &Transaction<'_>, job: &Job, error: &str) -> Result<&'static str> {
    Ok(match job.kind {
        Kind::OpenPullRequest => {
            pull_requests::fail(tx, job.subject, job.generation, error).await?;
            "open_failed"
        }
        Kind::ClosePullRequest => "close_failed",
        Kind::CommentPullRequest => "comment_failed",
        Kind::TidyPullRequest => "tidy_failed",
        Kind::Read(_) => "look_failed",
    })
}
