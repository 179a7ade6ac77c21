//! `CompleteJob`: locks, the lease and the end are the same for every outcome.

mod added;
mod closed;
mod opened;

use std::fmt::Display;

use pullwright_proto::job::{self as v1, complete_job_request::Outcome};
use uuid::Uuid;

use super::{
    held::{self, Held},
    reads,
    record::{self, Reported},
};
use crate::{
    App,
    convert::{id, job},
    domain::job::Kind,
    error::{Error, Result},
    rpc::follow::RUNNER,
    store::{
        Transaction, effects,
        events::{self, NewEvent},
        jobs::{self, Job},
        lanes,
        leases::{self, Answer},
    },
};

/// What came of a job, read and checked as far as can be without a lock.
enum Done {
    Opened(Box<Reported>, v1::PullRequestOpened),
    Closed(Option<Box<Reported>>, v1::PullRequestClosed),
    Commented(v1::PullRequestCommented),
    Tidied(v1::PullRequestsTidied),
    Abandoned,
}

/// How long the steps took, by the name of the fact.
type Steps = Vec<(String, u128)>;

/// Ends a job that is done, or queues it again when somebody wanted it once more since it was leased.
pub(super) async fn complete_job(
    app: &App,
    request: v1::CompleteJobRequest,
) -> Result<v1::CompleteJobResponse> {
    let sha256 = held::sha256("CompleteJob", &request);
    let job_id = id::parse("job_id", &request.job_id)?;
    let token = id::parse("token", &request.token)?;
    let outcome = request.outcome.ok_or_else(|| Error::invalid("outcome", "must be set"))?;
    let steps = job::read_steps(request.steps)?;

    let mut client = app.db.client().await?;
    let tx = client.begin().await?;
    let found = jobs::find(&tx, job_id).await?.ok_or(Error::JobNotFound(job_id))?;
    if let Some(read) = found.kind.read() {
        let answer = Answer { token, sha256: &sha256 };
        reads::complete(app, &tx, (&found, read), answer, outcome).await?;
        tx.commit().await?;
        app.wakeup.poke();
        return Ok(v1::CompleteJobResponse {});
    }
    let done = read(&tx, &found, outcome).await?;
    let held = held::lock(&tx, &found).await?;
    if held.job.was_answered(token, &sha256) {
        return Ok(v1::CompleteJobResponse {});
    }
    held.check(token)?;
    match done {
        Done::Opened(reported, said) => {
            opened::opened(app, &tx, &held, &reported, said, steps).await?
        }
        Done::Closed(reported, said) => {
            let kept = app.redactor.redact(&said.branch_kept_reason).into_owned();
            closed::closed(&tx, &held, reported.as_deref(), said.branch_deleted, &kept, steps)
                .await?;
        }
        Done::Commented(said) => added::commented(&tx, &held, &said, steps).await?,
        Done::Tidied(said) => {
            let kept = app.redactor.redact(&said.branch_kept_reason).into_owned();
            added::tidied(&tx, &held, &said, &kept, steps).await?;
        }
        Done::Abandoned => abandoned(&tx, &held, steps).await?,
    }
    end(&tx, &held, Answer { token, sha256: &sha256 }).await?;
    tx.commit().await?;
    app.wakeup.poke();
    Ok(v1::CompleteJobResponse {})
}

async fn read(tx: &Transaction<'_>, found: &Job, outcome: Outcome) -> Result<Done> {
    let mismatch = |field: &str| {
        Error::invalid(field, format!("must not be the outcome of a job of kind {}", found.kind))
    };
    match (outcome, found.kind) {
        (Outcome::Opened(mut said), Kind::OpenPullRequest) => {
            const FIELD: &str = "opened.pull_request";
            let given =
                said.pull_request.take().ok_or_else(|| Error::invalid(FIELD, "must be set"))?;
            let reported = record::read(tx, found, FIELD, given).await?;
            Ok(Done::Opened(Box::new(reported), said))
        }
        (Outcome::Closed(mut said), Kind::ClosePullRequest) => {
            let reported = match said.pull_request.take() {
                Some(given) => {
                    Some(Box::new(record::read(tx, found, "closed.pull_request", given).await?))
                }
                None => None,
            };
            Ok(Done::Closed(reported, said))
        }
        (Outcome::Commented(said), Kind::CommentPullRequest) if said.comment_id < 1 => {
            Err(Error::invalid("commented.comment_id", "must be 1 or more"))
        }
        (Outcome::Commented(said), Kind::CommentPullRequest) => Ok(Done::Commented(said)),
        (Outcome::Tidied(said), Kind::TidyPullRequest)
            if said.closed_numbers.iter().chain(&said.deleted_comment_ids).any(|id| *id < 1) =>
        {
            Err(Error::invalid("tidied", "must hold numbers and ids of 1 or more"))
        }
        (Outcome::Tidied(said), Kind::TidyPullRequest) => Ok(Done::Tidied(said)),
        (Outcome::Abandoned(_), _) => Ok(Done::Abandoned),
        (Outcome::Opened(_), _) => Err(mismatch("opened")),
        (Outcome::Closed(_), _) => Err(mismatch("closed")),
        (Outcome::Commented(_), _) => Err(mismatch("commented")),
        (Outcome::Tidied(_), _) => Err(mismatch("tidied")),
        (Outcome::Reconciled(_), _) => Err(mismatch("reconciled")),
        (Outcome::GapsFilled(_), _) => Err(mismatch("gaps_filled")),
        (Outcome::WebhookRegistered(_), _) => Err(mismatch("webhook_registered")),
        (Outcome::OrphansSwept(_), _) => Err(mismatch("orphans_swept")),
    }
}

async fn abandoned(tx: &Transaction<'_>, held: &Held, steps: Steps) -> Result<()> {
    let what = words(held.job.kind);
    let told = match held.job.is_wanted_again() && held.is_wanted() {
        true => format!("somebody asked for {what} anew; nothing was done yet"),
        false => format!("nobody wanted {what} any more; nothing was done"),
    };
    let event = NewEvent::new("abandoned", told).fact("job", held.job.kind);
    record_event(tx, held, with_steps(event, steps)).await
}

/// Ends the job and frees the lane when it was the last one; a wish that came since the lease is not swallowed.
async fn end(tx: &Transaction<'_>, held: &Held, answer: Answer<'_>) -> Result<()> {
    effects::settle(tx, held.job.id, answer.token).await?;
    if held.job.is_wanted_again() && is_still_wanted(tx, &held.job).await? {
        leases::restart(tx, &held.job, answer).await?;
    } else {
        leases::end(tx, &held.job, answer, jobs::Outcome::Completed).await?;
    }
    lanes::free_if_done(tx, &held.lane).await?;
    Ok(())
}

async fn is_still_wanted(tx: &Transaction<'_>, job: &Job) -> Result<bool> {
    let now = current(tx, job.subject).await?;
    Ok(job.kind.is_wanted(now.standing(), job.generation))
}

/// The proposal as this transaction has made it.
async fn current(tx: &Transaction<'_>, id: Uuid) -> Result<crate::domain::Proposal> {
    crate::store::proposals::lock(tx, id).await?.ok_or(Error::ProposalNotFound(id))
}

async fn record_event(tx: &Transaction<'_>, held: &Held, event: NewEvent) -> Result<()> {
    let event =
        event.fact("generation", held.job.generation).fact("attempt", held.job.attempt).by(RUNNER);
    events::record(tx, held.job.subject, event).await?;
    Ok(())
}

fn with_steps(event: NewEvent, steps: Vec<(String, impl Display)>) -> NewEvent {
    steps.into_iter().fold(event, |event, (name, took)| event.fact(name, took))
}

fn words(kind: Kind) -> &'static str {
    match kind {
        Kind::OpenPullRequest => "the pull request",
        Kind::ClosePullRequest => "the pull request closed",
        Kind::CommentPullRequest => "the comment with the chart",
        Kind::TidyPullRequest => "anything tidied up",
        Kind::Read(_) => "anything looked at",
    }
}
