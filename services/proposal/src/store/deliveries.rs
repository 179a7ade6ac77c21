//! Deliveries as rows: what GitHub told us, with what came of it. Bodies are kept, never read.

use std::collections::BTreeMap;

use jiff::Timestamp;
use pullwright_pg::{Row, types::Json};
use uuid::Uuid;

use super::{Queries as _, Transaction};
use crate::{
    domain::delivery::{Outcome, PullRequestEvent},
    error::{Error, Result},
};

/// A delivery whose signature was verified.
#[derive(Debug, Clone)]
pub struct NewDelivery {
    /// The repository whose secret matched.
    pub repository_id: Uuid,
    /// GitHub's id of it.
    pub guid: String,
    /// The event's name.
    pub event: String,
    /// The headers, without signatures and credentials.
    pub headers: BTreeMap<String, String>,
    /// The body, compressed.
    pub body_gzip: Vec<u8>,
    /// The hash of the body.
    pub body_sha256: Vec<u8>,
    /// What the event says about a pull request.
    pub pull_request: Option<PullRequestEvent>,
    /// When the last byte came in.
    pub received_at: Timestamp,
}

/// A delivery that was recorded before.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Its row.
    pub id: Uuid,
    /// The hash of its body.
    pub body_sha256: Vec<u8>,
    /// What came of it.
    pub end: End,
}

/// What came of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// In a word.
    pub outcome: Outcome,
    /// The proposal it was about.
    pub proposal_id: Option<Uuid>,
}

/// Stores a delivery as `failed`, which it is until [`settle`] says what came of it; none when its id is taken.
///
/// # Errors
/// The database refused.
pub async fn insert(tx: &Transaction<'_>, delivery: &NewDelivery) -> Result<Option<Uuid>> {
    const SQL: &str = "
        INSERT INTO deliveries (id, repository_id, guid, event, headers, body_gzip, body_sha256, pull_request, outcome, received_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'failed', $9)
        ON CONFLICT (repository_id, guid) DO NOTHING
        RETURNING id";
    let row = tx
        .query_opt(
            SQL,
            &[
                &Uuid::now_v7(),
                &delivery.repository_id,
                &delivery.guid,
                &delivery.event,
                &Json(&delivery.headers),
                &delivery.body_gzip,
                &delivery.body_sha256,
                &delivery.pull_request.as_ref().map(Json),
                &delivery.received_at,
            ],
        )
        .await?;
    Ok(row.map(|row| row.get("id")))
}

/// Locks the delivery with this id until the end of the transaction.
///
/// # Errors
/// The database refused.
pub async fn lock(
    tx: &Transaction<'_>,
    repository_id: Uuid,
    guid: &str,
) -> Result<Option<Recorded>> {
    const SQL: &str = "
        SELECT id, body_sha256, outcome, proposal_id
        FROM deliveries
        WHERE repository_id = $1 AND guid = $2
        FOR NO KEY UPDATE";
    tx.query_opt(SQL, &[&repository_id, &guid]).await?.as_ref().map(from_row).transpose()
}

/// The first other delivery of the same event and body to the same repository that did not fail.
///
/// # Errors
/// The database refused.
pub async fn twin(
    tx: &Transaction<'_>,
    id: Uuid,
    delivery: &NewDelivery,
) -> Result<Option<Recorded>> {
    const SQL: &str = "
        SELECT id, body_sha256, outcome, proposal_id
        FROM deliveries
        WHERE repository_id = $1
          AND body_sha256 = $2
          AND event = $3
          AND id <> $4
          AND duplicate_of IS NULL
          AND outcome <> 'failed'
        ORDER BY recorded_at, id
        LIMIT 1";
    let row = tx
        .query_opt(SQL, &[&delivery.repository_id, &delivery.body_sha256, &delivery.event, &id])
        .await?;
    row.as_ref().map(from_row).transpose()
}

/// Writes down what came of a delivery, and of which one it is a duplicate.
///
/// # Errors
/// The database refused.
pub async fn settle(
    tx: &Transaction<'_>,
    id: Uuid,
    end: End,
    error: Option<&str>,
    duplicate_of: Option<Uuid>,
) -> Result<()> {
    const SQL: &str = "
        UPDATE deliveries
        SET outcome = $2, proposal_id = $3, error = $4, duplicate_of = $5
        WHERE id = $1";
    tx.execute(SQL, &[&id, &end.outcome.as_str(), &end.proposal_id, &error, &duplicate_of]).await?;
    Ok(())
}

/// Deliveries that came before their pull request was known, the oldest first.
///
/// # Errors
/// The database refused, or a row holds an event that cannot be read.
pub async fn early(
    tx: &Transaction<'_>,
    repository_id: Uuid,
    number: i64,
) -> Result<Vec<(Uuid, PullRequestEvent)>> {
    const SQL: &str = "
        SELECT id, pull_request
        FROM deliveries
        WHERE repository_id = $1
          AND (pull_request ->> 'number')::bigint = $2
          AND outcome = 'unknown_pr'
          AND duplicate_of IS NULL
        ORDER BY received_at, id
        FOR NO KEY UPDATE";
    let rows = tx.query(SQL, &[&repository_id, &number]).await?;
    rows.iter()
        .map(|row| {
            let Json(event) = row
                .try_get("pull_request")
                .map_err(|error| Error::unreadable("deliveries.pull_request", error.to_string()))?;
            Ok((row.get("id"), event))
        })
        .collect()
}

fn from_row(row: &Row) -> Result<Recorded> {
    let outcome: &str = row.get("outcome");
    let outcome =
        Outcome::parse(outcome).ok_or_else(|| Error::unreadable("deliveries.outcome", outcome))?;
    Ok(Recorded {
        id: row.get("id"),
        body_sha256: row.get("body_sha256"),
        end: End { outcome, proposal_id: row.get("proposal_id") },
    })
}
