//! Deliveries that are kept and applied later: failed ones that are due, parked ones whose repository appeared, and those that came before
//! their pull request was known.

use jiff::Timestamp;
use pullwright_pg::{Row, types::Json};
use uuid::Uuid;

use super::{Ended, outcome};
use crate::{
    domain::delivery::{Outcome, PullRequestEvent, again},
    error::{Error, Result},
    store::{Queries, Transaction},
};

/// A delivery as it is kept, as far as applying it needs.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Its id here.
    pub id: Uuid,
    /// GitHub's id of it.
    pub guid: String,
    /// The event's name.
    pub event: String,
    /// The repository that it is about, when that is registered.
    pub repository_id: Option<Uuid>,
    /// The proposal it is about, as far as is known.
    pub proposal_id: Option<Uuid>,
    /// What the event says about a pull request.
    pub pull_request: Option<PullRequestEvent>,
    /// What came of it so far.
    pub outcome: Outcome,
    /// How often it was tried, this time included.
    pub attempts: i32,
    /// How many seconds ago it was recorded, or unparked.
    pub age_seconds: f64,
}

/// Reads a delivery without locking it.
///
/// # Errors
/// The database refused, or the row is unreadable.
pub async fn find(client: &impl Queries, id: Uuid) -> Result<Option<Kept>> {
    const SQL: &str = "
        SELECT id, guid, event, repository_id, proposal_id, pull_request, outcome, attempts,
               EXTRACT(EPOCH FROM now() - COALESCE(unparked_at, recorded_at))::float8 AS age_seconds
        FROM deliveries
        WHERE id = $1";
    client.query_opt(SQL, &[&id]).await?.as_ref().map(from_row).transpose()
}

/// Locks a delivery that was claimed until the end of the transaction.
///
/// # Errors
/// The database refused, or the row is unreadable.
pub async fn lock(tx: &Transaction<'_>, id: Uuid) -> Result<Option<Kept>> {
    const SQL: &str = "
        SELECT id, guid, event, repository_id, proposal_id, pull_request, outcome, attempts,
               EXTRACT(EPOCH FROM now() - COALESCE(unparked_at, recorded_at))::float8 AS age_seconds
        FROM deliveries
        WHERE id = $1
        FOR NO KEY UPDATE";
    tx.query_opt(SQL, &[&id]).await?.as_ref().map(from_row).transpose()
}

/// Locks a delivery until the end of the transaction and counts an attempt; `repository_id` is written down when none was known.
///
/// # Errors
/// The database refused, or the row is unreadable.
pub async fn attempt(
    tx: &Transaction<'_>,
    id: Uuid,
    repository_id: Option<Uuid>,
) -> Result<Option<Kept>> {
    const SQL: &str = "
        UPDATE deliveries
        SET attempts = attempts + 1, repository_id = COALESCE(repository_id, $2)
        WHERE id = $1
        RETURNING id, guid, event, repository_id, proposal_id, pull_request, outcome, attempts,
                  EXTRACT(EPOCH FROM now() - COALESCE(unparked_at, recorded_at))::float8 AS age_seconds";
    tx.query_opt(SQL, &[&id, &repository_id]).await?.as_ref().map(from_row).transpose()
}

/// Takes those that are due, the longest due first, and counts an attempt before it is made: who breaks over one does not try it
/// for ever. Nobody else gets them until the attempt has had its time. Gives their ids and pull requests in the order of their arrival.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn claim_due(tx: &Transaction<'_>, most: i64) -> Result<Vec<Kept>> {
    const SQL: &str = "
        WITH due AS (
            SELECT id
            FROM deliveries
            WHERE next_attempt_at <= now()
            ORDER BY next_attempt_at
            LIMIT $1
            FOR NO KEY UPDATE SKIP LOCKED
        ), claimed AS (
            UPDATE deliveries
            SET attempts = attempts + 1,
                next_attempt_at = CASE WHEN attempts + 1 < $2 THEN now() + $3::float8 * interval '1 s' END
            FROM due
            WHERE deliveries.id = due.id
            RETURNING deliveries.*
        )
        SELECT id, guid, event, repository_id, proposal_id, pull_request, outcome, attempts,
               EXTRACT(EPOCH FROM now() - COALESCE(unparked_at, recorded_at))::float8 AS age_seconds
        FROM claimed
        ORDER BY received_at, id";
    let wait = again::LONGEST_WAIT.as_secs_f64();
    let rows = tx.query(SQL, &[&most, &again::MOST_ATTEMPTS, &wait]).await?;
    rows.iter().map(from_row).collect()
}

/// Writes down what came of a kept delivery; the duplicates of one that did not fail end as it does.
///
/// # Errors
/// The database refused.
pub async fn settle(tx: &Transaction<'_>, id: Uuid, ended: &Ended) -> Result<()> {
    const SQL: &str = "
        UPDATE deliveries
        SET outcome = $2,
            proposal_id = $3,
            error = $4,
            next_attempt_at = now() + make_interval(secs => $5)
        WHERE id = $1";
    const DUPLICATES: &str = "
        UPDATE deliveries
        SET outcome = $2, proposal_id = $3, error = NULL, next_attempt_at = NULL
        WHERE duplicate_of = $1";
    let (outcome, proposal_id) = (ended.end.outcome.as_str(), ended.end.proposal_id);
    tx.execute(SQL, &[&id, &outcome, &proposal_id, &ended.error, &ended.again_in]).await?;
    if ended.end.outcome != Outcome::Failed {
        tx.execute(DUPLICATES, &[&id, &outcome, &proposal_id]).await?;
    }
    Ok(())
}

/// Has at most `most` parked deliveries whose repository is registered applied by the next replay; gives how many. What waits for a first one
/// of the same content ends as that does.
///
/// One that names GitHub's id waits until ours is known: under the same name there may have been another repository.
///
/// # Errors
/// The database refused.
pub async fn unpark(tx: &Transaction<'_>, most: i64) -> Result<u64> {
    const SQL: &str = "
        WITH found AS (
            SELECT parked.id, repositories.id AS repository_id
            FROM repositories
            CROSS JOIN LATERAL (
                SELECT id
                FROM deliveries
                WHERE outcome = 'parked'
                  AND unparked_at IS NULL
                  AND host = repositories.host
                  AND repository_github_id = repositories.github_id
                UNION ALL
                SELECT id
                FROM deliveries
                WHERE outcome = 'parked'
                  AND unparked_at IS NULL
                  AND host = repositories.host
                  AND repository_github_id IS NULL
                  AND lower(repository_full_name) = lower(repositories.full_name)
            ) AS parked
            WHERE repositories.deleted_at IS NULL
            LIMIT $1
        ), locked AS (
            SELECT id
            FROM deliveries
            WHERE id IN (SELECT id FROM found)
              AND outcome = 'parked'
              AND unparked_at IS NULL
            FOR NO KEY UPDATE SKIP LOCKED
        )
        UPDATE deliveries
        SET repository_id = COALESCE(deliveries.repository_id, found.repository_id),
            unparked_at = now(),
            next_attempt_at = CASE
                WHEN NOT EXISTS (
                    SELECT FROM deliveries AS first
                    WHERE first.id = deliveries.duplicate_of AND first.outcome IN ('failed', 'parked')
                ) THEN now()
            END
        FROM found, locked
        WHERE deliveries.id = found.id AND deliveries.id = locked.id";
    Ok(tx.execute(SQL, &[&most]).await?)
}

/// Deliveries that came before their pull request was known, the oldest first; none from before its generation was `begun`, when
/// the number was another pull request's, of a repository that had the name before.
///
/// # Errors
/// The database refused, or a row holds an event that cannot be read.
pub async fn early(
    tx: &Transaction<'_>,
    repository_id: Uuid,
    number: i64,
    begun: Timestamp,
) -> Result<Vec<(Uuid, PullRequestEvent)>> {
    const SQL: &str = "
        SELECT id, pull_request
        FROM deliveries
        WHERE repository_id = $1
          AND (pull_request ->> 'number')::bigint = $2
          AND outcome = 'unknown_pr'
          AND duplicate_of IS NULL
          AND recorded_at >= $3::timestamptz - interval '5 minutes'
        ORDER BY received_at, id
        FOR NO KEY UPDATE";
    let rows = tx.query(SQL, &[&repository_id, &number, &begun]).await?;
    rows.iter()
        .map(|row| {
            let event = event(row)?
                .ok_or_else(|| Error::unreadable("deliveries.pull_request", "nothing"))?;
            Ok((row.get("id"), event))
        })
        .collect()
}

fn from_row(row: &Row) -> Result<Kept> {
    Ok(Kept {
        id: row.get("id"),
        guid: row.get("guid"),
        event: row.get("event"),
        repository_id: row.get("repository_id"),
        proposal_id: row.get("proposal_id"),
        pull_request: event(row)?,
        outcome: outcome(row.get("outcome"))?,
        attempts: row.get("attempts"),
        age_seconds: row.get("age_seconds"),
    })
}

fn event(row: &Row) -> Result<Option<PullRequestEvent>> {
    let event: Option<Json<PullRequestEvent>> = row
        .try_get("pull_request")
        .map_err(|error| Error::unreadable("deliveries.pull_request", error.to_string()))?;
    Ok(event.map(|Json(event)| event))
}
