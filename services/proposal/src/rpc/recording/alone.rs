//! One delivery by itself, under a savepoint.

use std::time::Duration;

use pullwright_pg::PgError;
use pullwright_rpc::explain::chain;
use uuid::Uuid;

use crate::{
    App,
    domain::{
        delivery::{Outcome, PullRequestEvent, Sight, again},
        text::cut,
    },
    error::{Error, Result},
    rpc::follow::{self, GITHUB, Report, Weight},
    store::{
        Transaction,
        deliveries::{End, Ended, Kept, NewDelivery},
        journal, proposals,
    },
};

/// Longest error that is kept, in characters.
const LONGEST_ERROR: usize = 4_000;

/// What a delivery says, as far as applying it needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said<'a> {
    event: &'a str,
    repository_id: Option<Uuid>,
    pull_request: Option<&'a PullRequestEvent>,
}

impl<'a> Said<'a> {
    pub(super) fn of(delivery: &'a NewDelivery) -> Self {
        let NewDelivery { event, repository_id, pull_request, .. } = delivery;
        Self { event, repository_id: *repository_id, pull_request: pull_request.as_ref() }
    }

    pub(super) fn kept(kept: &'a Kept) -> Self {
        let Kept { event, repository_id, pull_request, .. } = kept;
        Self { event, repository_id: *repository_id, pull_request: pull_request.as_ref() }
    }

    /// What it lets one see, and of which pull request.
    fn seen(&self) -> Option<(i64, Sight)> {
        let event = self.pull_request.filter(|_| self.event == "pull_request")?;
        Some((event.number, event.sight()?))
    }

    /// The pull request of which it says something, when its repository is registered.
    pub(super) fn pull(&self) -> Option<(Uuid, i64)> {
        Some((self.repository_id?, self.seen()?.0))
    }

    /// What it says of that pull request.
    pub(super) fn report(&self) -> Option<Report> {
        let (_, sight) = self.seen()?;
        let updated_at = self.pull_request?.updated_at;
        Some(Report { sight, updated_at, by: GITHUB, weight: Weight::Word })
    }

    /// What comes of it whatever is known; none when that has to be looked at.
    pub(super) fn without_looking(&self) -> Option<Ended> {
        let outcome = match (self.event, self.seen(), self.repository_id) {
            ("ping", _, _) => Outcome::Ping,
            (_, None, _) => Outcome::Noop,
            (_, Some(_), None) => Outcome::Parked,
            (_, Some(_), Some(_)) => return None,
        };
        Some(End::of(outcome).into())
    }

    /// That it is left to the replay.
    pub(super) fn later(&self) -> Ended {
        let error = Some("others were at the same pull requests for too long".to_owned());
        let again_in = Some(1.0);
        Ended { error, again_in, ..Ended::from(End::of(Outcome::Failed)) }
    }
}

/// Which delivery is tried, and how often it was.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tried<'a> {
    guid: &'a str,
    attempts: i32,
    age: Duration,
}

impl<'a> Tried<'a> {
    /// It is tried for the first time.
    pub(super) fn first(guid: &'a str) -> Self {
        Self { guid, attempts: 1, age: Duration::ZERO }
    }

    pub(super) fn kept(kept: &'a Kept) -> Self {
        let age = Duration::try_from_secs_f64(kept.age_seconds.max(0.0)).unwrap_or(Duration::MAX);
        Self { guid: &kept.guid, attempts: kept.attempts, age }
    }
}

/// Applies what a delivery says; when it breaks nothing is changed, and it has failed.
///
/// # Errors
/// The transaction is lost; nothing is known of the delivery.
pub(super) async fn tried(
    app: &App,
    tx: &mut Transaction<'_>,
    said: &Said<'_>,
    tried: Tried<'_>,
) -> Result<Ended> {
    if let Some(end) = said.without_looking() {
        return Ok(end);
    }
    let savepoint = tx.savepoint().await?;
    let error = match apply(&savepoint, said).await {
        Ok(end) => {
            savepoint.commit().await?;
            return Ok(end.into());
        }
        Err(error) if is_of_the_transaction(&error) => return Err(error),
        Err(error) => error,
    };
    savepoint.rollback().await?;
    let broken = chain(&error);
    tracing::error!(
        github.delivery_id = tried.guid,
        error.chain = broken,
        "could not apply a delivery"
    );
    let error = Some(cut(&app.redactor.redact(&broken), LONGEST_ERROR));
    let again_in = again::wait(tried.attempts, tried.age).map(|wait| wait.as_secs_f64());
    Ok(Ended { error, again_in, ..Ended::from(End::of(Outcome::Failed)) })
}

/// The turn of its pull request is the transaction's.
async fn apply(tx: &Transaction<'_>, said: &Said<'_>) -> Result<End> {
    let (Some((repository_id, number)), Some(report)) = (said.pull(), said.report()) else {
        return Ok(End::of(Outcome::Noop));
    };
    let Some(generation) = journal::find(tx, repository_id, number).await? else {
        return Ok(End::of(Outcome::UnknownPr));
    };
    let Some(pull) = &generation.pull_request else { return Ok(End::of(Outcome::UnknownPr)) };
    let id = generation.proposal_id;
    let proposal = proposals::lock(tx, id).await?.ok_or(Error::ProposalNotFound(id))?;
    let verdict = follow::follow(tx, &proposal, &generation, pull, report).await?;
    Ok(End { outcome: verdict.into(), proposal_id: Some(id) })
}

/// Whether the transaction has to be made again, since it lost or its connection is gone: that says nothing about the delivery.
fn is_of_the_transaction(error: &Error) -> bool {
    matches!(
        error,
        Error::Database(
            PgError::Serialization(_) | PgError::Unavailable(_) | PgError::CommitUnknown(_)
        )
    )
}
