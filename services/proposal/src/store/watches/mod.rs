//! Pull requests that are watched, as rows: when to look next and how the last look went. Rows come and go by a trigger on `generations`.
//!
//! A row is locked after its proposal, if both are. Whatever touches many rows at once skips those that somebody else has.

mod looked;

use std::time::Duration;

use jiff::Timestamp;
use pullwright_pg::Row;
use uuid::Uuid;

use super::{Queries, Transaction, looks::seconds};
use crate::{
    domain::{PullRequest, PullRequestState, Status, delivery::Known, schedule::Pace},
    error::{Error, Result},
};

pub use looked::{Looked, agree, end, restamp};

/// A proposal and one of its generations.
pub type Key = (Uuid, i32);

/// A pull request to look at, as it is given to a runner.
#[derive(Debug, Clone)]
pub struct Handed {
    /// The proposal.
    pub proposal_id: Uuid,
    /// The generation.
    pub generation: i32,
    /// What is known of it.
    pub pull: PullRequest,
    /// GitHub's entity tag of the last answer; empty when GitHub is to answer whatever it said before.
    pub etag: String,
}

/// A watched pull request and what is known of it.
#[derive(Debug, Clone)]
pub struct Watch {
    /// The proposal.
    pub proposal_id: Uuid,
    /// The generation.
    pub generation: i32,
    /// The repository.
    pub repository_id: Uuid,
    /// The number of the pull request.
    pub number: i64,
    /// Whether it is open or closed as far as is known.
    pub state: PullRequestState,
    /// GitHub's entity tag of the last answer.
    pub etag: String,
    /// How long the last wait was, where waits grow.
    pub distance: Option<Duration>,
    /// Whether a runner was asked to look at it, and has not told yet what it saw.
    pub is_handed: bool,
    /// Whether reports contradict each other, and nobody has looked since.
    pub is_disputed: bool,
    /// Whether reports contradicted each other when the runner was asked to look: what it saw decides.
    pub is_to_decide: bool,
    /// Whether GitHub did not know it the last time.
    pub is_gone: bool,
    /// Where the proposal stands.
    pub status: Status,
    /// Whether it is the proposal's current generation.
    pub is_current: bool,
    /// What a sight is held against.
    pub known: Known,
    /// The host's web address.
    pub host: String,
}

/// Has a pull request looked at at once, and GitHub's answer decides: two reports of it contradict each other and nothing tells which is
/// newer. The caller has locked the proposal.
///
/// # Errors
/// The database refused.
pub async fn look_now(tx: &Transaction<'_>, proposal_id: Uuid, generation: i32) -> Result<()> {
    const SQL: &str = "
        UPDATE pull_request_watches
        SET due_at = now(), disputed_at = clock_timestamp(), etag = ''
        WHERE proposal_id = $1 AND generation = $2";
    tx.execute(SQL, &[&proposal_id, &generation]).await?;
    Ok(())
}

/// Says when to look at those of which something new became known; gives how many they were.
///
/// # Errors
/// The database refused.
pub async fn plan(tx: &Transaction<'_>, pace: &Pace) -> Result<u64> {
    const SQL: &str = "
        UPDATE pull_request_watches
        SET due_at = now() + make_interval(secs => CASE state WHEN 'open' THEN $1::float8 ELSE $2::float8 END),
            distance = CASE state WHEN 'open' THEN NULL ELSE make_interval(secs => $2::float8) END
        WHERE (proposal_id, generation) IN (
            SELECT proposal_id, generation
            FROM pull_request_watches
            WHERE due_at IS NULL
            FOR NO KEY UPDATE SKIP LOCKED
        )";
    let (open, closed) = (pace.reconcile_every.as_secs_f64(), pace.closed_look_after.as_secs_f64());
    Ok(tx.execute(SQL, &[&open, &closed]).await?)
}

/// Gives the pull requests of a repository that are due to a runner, those that are due longest first; open ones that would be due within
/// `within` come along, so that they are looked at together.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn hand_out(
    tx: &Transaction<'_>,
    repository_id: Uuid,
    within: Duration,
    most: i64,
) -> Result<Vec<Handed>> {
    const SQL: &str = "
        WITH due AS (
            SELECT proposal_id, generation, due_at
            FROM pull_request_watches
            WHERE repository_id = $1
              AND due_at <= now() + CASE state WHEN 'open' THEN make_interval(secs => $2) ELSE '0' END
            ORDER BY due_at
            LIMIT $3
            FOR NO KEY UPDATE SKIP LOCKED
        ), handed AS (
            UPDATE pull_request_watches AS watch
            SET handed_at = clock_timestamp()
            FROM due
            WHERE watch.proposal_id = due.proposal_id AND watch.generation = due.generation
            RETURNING watch.proposal_id, watch.generation, watch.number, watch.etag, due.due_at
        )
        SELECT handed.*,
               generations.pr_node_id,
               generations.pr_url,
               generations.pr_state,
               generations.pr_merged_at,
               generations.pr_updated_at,
               generations.head_oid,
               generations.base_oid
        FROM handed
        JOIN generations ON generations.proposal_id = handed.proposal_id AND generations.number = handed.generation
        ORDER BY handed.due_at, handed.proposal_id";
    let rows = tx.query(SQL, &[&repository_id, &within.as_secs_f64(), &most]).await?;
    rows.iter().map(handed).collect()
}

/// The watched ones among these generations, as far as they are in this repository.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn find(client: &impl Queries, repository_id: Uuid, keys: &[Key]) -> Result<Vec<Watch>> {
    const SQL: &str = "
        SELECT watch.*,
               EXTRACT(EPOCH FROM watch.distance)::float8 AS distance_seconds,
               proposals.status,
               proposals.generation AS current_generation,
               proposals.pr_state AS shown_state,
               proposals.pr_updated_at AS shown_updated_at,
               generations.pr_updated_at,
               generations.host
        FROM unnest($2::uuid[], $3::integer[]) AS asked(proposal_id, generation)
        JOIN pull_request_watches AS watch
          ON watch.proposal_id = asked.proposal_id AND watch.generation = asked.generation
        JOIN proposals ON proposals.id = watch.proposal_id
        JOIN generations ON generations.proposal_id = watch.proposal_id AND generations.number = watch.generation
        WHERE watch.repository_id = $1
        ORDER BY watch.proposal_id, watch.generation";
    let (proposals, generations): (Vec<_>, Vec<_>) = keys.iter().copied().unzip();
    let rows = client.query(SQL, &[&repository_id, &proposals, &generations]).await?;
    rows.iter().map(from_row).collect()
}

/// Puts off those that a runner was asked to look at and said nothing about, so that they hold up no others.
///
/// # Errors
/// The database refused.
pub async fn put_off(tx: &Transaction<'_>, repository_id: Uuid, wait: Duration) -> Result<()> {
    const SQL: &str = "
        UPDATE pull_request_watches
        SET due_at = GREATEST(due_at, now() + make_interval(secs => $2)), handed_at = NULL
        WHERE (proposal_id, generation) IN (
            SELECT proposal_id, generation
            FROM pull_request_watches
            WHERE repository_id = $1
              AND handed_at IS NOT NULL
              AND (disputed_at IS NULL OR disputed_at < handed_at)
            FOR NO KEY UPDATE SKIP LOCKED
        )";
    tx.execute(SQL, &[&repository_id, &wait.as_secs_f64()]).await?;
    Ok(())
}

fn from_row(row: &Row) -> Result<Watch> {
    let state: &str = row.get("state");
    let state = PullRequestState::parse(state)
        .ok_or_else(|| Error::unreadable("pull_request_watches.state", state))?;
    let status: &str = row.get("status");
    let shown: Option<&str> = row.get("shown_state");
    let shown = shown
        .map(|shown| {
            PullRequestState::parse(shown)
                .ok_or_else(|| Error::unreadable("proposals.pr_state", shown))
        })
        .transpose()?;
    let generation: i32 = row.get("generation");
    let is_current = generation == row.get::<_, i32>("current_generation");
    let disputed_at: Option<Timestamp> = row.get("disputed_at");
    let handed_at: Option<Timestamp> = row.get("handed_at");
    let is_to_decide =
        disputed_at.zip(handed_at).is_some_and(|(disputed_at, handed_at)| disputed_at < handed_at);
    Ok(Watch {
        proposal_id: row.get("proposal_id"),
        generation,
        repository_id: row.get("repository_id"),
        number: row.get("number"),
        state,
        etag: row.get("etag"),
        distance: seconds(row.get("distance_seconds")),
        is_handed: handed_at.is_some(),
        is_disputed: disputed_at.is_some() && !is_to_decide,
        is_to_decide,
        is_gone: row.get::<_, Option<Timestamp>>("gone_at").is_some(),
        status: Status::parse(status)
            .ok_or_else(|| Error::unreadable("proposals.status", status))?,
        is_current,
        known: match is_current {
            true => Known { state: shown, updated_at: row.get("shown_updated_at") },
            false => Known { state: Some(state), updated_at: row.get("pr_updated_at") },
        },
        host: row.get("host"),
    })
}

fn handed(row: &Row) -> Result<Handed> {
    let text = |column: &str| row.get::<_, Option<String>>(column).unwrap_or_default();
    let state = text("pr_state");
    Ok(Handed {
        proposal_id: row.get("proposal_id"),
        generation: row.get("generation"),
        pull: PullRequest {
            number: row.get("number"),
            node_id: text("pr_node_id"),
            url: text("pr_url"),
            state: PullRequestState::parse(&state)
                .ok_or_else(|| Error::unreadable("generations.pr_state", &state))?,
            head_oid: text("head_oid"),
            base_oid: text("base_oid"),
            merged_at: row.get("pr_merged_at"),
            updated_at: row.get("pr_updated_at"),
        },
        etag: row.get("etag"),
    })
}
