//! The end of a look: what was learned is kept, and when to look again is written in the same transaction.

use std::time::Duration;

use pullwright_proto::{
    error::ErrorReason,
    job::{self as v1, complete_job_request::Outcome},
};
use uuid::Uuid;

use super::{Failure, Held};
use crate::{
    App,
    convert::time,
    domain::{
        Violations,
        job::Read,
        schedule::Next,
        violation::{is_at_most, is_storable},
    },
    error::{Error, Result},
    store::{
        Transaction,
        delivery_logs::{self, Progress},
        jobs::{self, Job},
        lanes,
        leases::{self, Answer},
        looks::{self, Ended},
        repositories, watches,
    },
};

/// Longest cursor of GitHub's and longest version of a secret, in characters.
const LONGEST: usize = 1_000;
/// Most deliveries that one run may have asked for.
const MOST_ASKED: usize = 100_000;

/// Why GitHub refuses to send something again, when nobody says it.
const UNSAID: &str = "GitHub refused to send it again";

/// What came of it, read and checked.
enum Done {
    Reconciled(Option<Failure>),
    Gaps(Gaps),
    Webhook { id: i64, secret_version: String, failure: Option<Failure> },
    Swept(Option<Failure>),
    Abandoned,
}

/// What came of reading a hook's log.
struct Gaps {
    progress: Progress,
    asked: Vec<String>,
    refused: Vec<String>,
    refusal: Option<Failure>,
    is_hook_gone: bool,
    failure: Option<Failure>,
}

/// Ends a job that looked.
pub(in crate::rpc::job_service) async fn complete(
    app: &App,
    tx: &Transaction<'_>,
    (found, read): (&Job, Read),
    answer: Answer<'_>,
    outcome: Outcome,
) -> Result<()> {
    let done = parse(app, found, read, outcome)?;
    let held = Held::lock(tx, found).await?;
    if held.job.was_answered(answer.token, answer.sha256) {
        return Ok(());
    }
    held.check(answer.token)?;
    let subject = held.job.subject;
    if matches!(&done, Done::Gaps(gaps) if gaps.is_hook_gone) {
        // Jobs are locked before what they look at. An App's hook is not ours to mend, and has no such job.
        looks::hasten(tx, Read::Webhook, &[subject]).await?;
    }
    let last = looks::last_distance(tx, read, subject).await?;
    let (failure, is_unfinished) = keep(app, tx, subject, done).await?;
    if let Some(last) = last {
        let pace = &app.settings.schedule.pace;
        let next = match &failure {
            Some(failure) => pace.after_failure(read, last, failure.retry_after),
            None if is_unfinished || held.job.is_wanted_again() => {
                Next { wait: Duration::ZERO, distance: None }
            }
            None => Next { wait: pace.after_success(read), distance: None },
        };
        let problem = failure.as_ref().map(Failure::problem);
        let ended = Ended { wait: next.wait, distance: next.distance, problem };
        looks::end(tx, read, subject, ended).await?;
    }
    leases::end(tx, &held.job, answer, jobs::Outcome::Completed).await?;
    lanes::free_if_done(tx, &held.lane).await?;
    Ok(())
}

/// Keeps what was learned; gives what was wrong, and whether there is more to read at once.
async fn keep(
    app: &App,
    tx: &Transaction<'_>,
    subject: Uuid,
    done: Done,
) -> Result<(Option<Failure>, bool)> {
    let pace = &app.settings.schedule.pace;
    Ok(match done {
        Done::Reconciled(failure) => {
            watches::put_off(tx, subject, pace.reconcile_every).await?;
            (failure, false)
        }
        Done::Gaps(Gaps { progress, asked, refused, refusal, failure, .. }) => {
            delivery_logs::asked(tx, subject, &asked, None, pace).await?;
            let unsaid = (ErrorReason::GithubApiFailed.reason(), UNSAID);
            let why = refusal.as_ref().map_or(unsaid, Failure::problem);
            delivery_logs::asked(tx, subject, &refused, Some(why), pace).await?;
            delivery_logs::advance(tx, subject, &progress).await?;
            (failure, !progress.resume_cursor.is_empty())
        }
        Done::Webhook { id, secret_version, failure } => {
            // One that could not be looked at is still the one that was registered.
            if id > 0 || failure.is_none() {
                repositories::set_webhook(tx, subject, id, &secret_version).await?;
            }
            (failure, false)
        }
        Done::Swept(failure) => (failure, false),
        Done::Abandoned => (None, false),
    })
}

fn parse(app: &App, found: &Job, read: Read, outcome: Outcome) -> Result<Done> {
    let failure = |given: Option<v1::SightFailure>| given.map(|given| Failure::read(app, given));
    match (read, outcome) {
        (Read::PullRequests, Outcome::Reconciled(said)) => {
            Ok(Done::Reconciled(failure(said.failure)))
        }
        (Read::DeliveryGaps, Outcome::GapsFilled(said)) => Ok(Done::Gaps(gaps(app, said)?)),
        (Read::Webhook, Outcome::WebhookRegistered(said)) => {
            let is_legal = said.webhook_id >= 0
                && is_at_most(&said.secret_version, LONGEST)
                && is_storable(&said.secret_version);
            if !is_legal {
                return Err(Error::invalid("webhook_registered", "must hold an id and a version"));
            }
            let (id, secret_version) = (said.webhook_id, said.secret_version);
            Ok(Done::Webhook { id, secret_version, failure: failure(said.failure) })
        }
        (Read::Orphans, Outcome::OrphansSwept(said)) => Ok(Done::Swept(failure(said.failure))),
        (_, Outcome::Abandoned(_)) => Ok(Done::Abandoned),
        (_, _) => {
            let kind = found.kind;
            Err(Error::invalid("outcome", format!("must be that of a job of kind {kind}")))
        }
    }
}

fn gaps(app: &App, said: v1::DeliveryGapsFilled) -> Result<Gaps> {
    const FIELD: &str = "gaps_filled";
    let mut violations = Violations::default();
    let at = |name: &str| format!("{FIELD}.{name}");
    let cursor = said.resume_cursor;
    let is_cursor = is_at_most(&cursor, LONGEST) && is_storable(&cursor);
    violations.require(is_cursor, at("resume_cursor"), "must be a short text");
    let checked_until = time::gather(at("checked_until"), said.checked_until, &mut violations);
    let resume_newest = time::gather(at("resume_newest"), said.resume_newest, &mut violations);
    violations.require(
        cursor.is_empty() || resume_newest.is_some(),
        at("resume_newest"),
        "must be set beside `resume_cursor`",
    );
    let (asked, refused) = (said.asked_delivery_ids, said.refused_delivery_ids);
    for (name, ids) in [("asked_delivery_ids", &asked), ("refused_delivery_ids", &refused)] {
        let are_ids = ids.len() <= MOST_ASKED && ids.iter().all(|id| is_storable(id));
        violations.require(are_ids, at(name), "must be ids of deliveries");
    }
    Error::check(violations)?;
    Ok(Gaps {
        progress: Progress { checked_until, resume_cursor: cursor, resume_newest },
        asked,
        refused,
        refusal: said.refusal.map(|given| Failure::read(app, given)),
        is_hook_gone: said.hook_not_found,
        failure: said.failure.map(|given| Failure::read(app, given)),
    })
}
