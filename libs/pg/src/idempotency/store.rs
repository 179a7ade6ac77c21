//! Rows of `idempotency_keys`.

use super::{RETENTION_HOURS, sha256};
use crate::{PgError, Queries as _, Result, Row, Transaction, types::FromSql};

/// How many expired rows go when one comes: more than one, so that they become fewer.
const SWEPT: i64 = 10;

/// A row to be.
#[derive(Debug)]
pub(super) struct Entry {
    /// Who calls.
    pub(super) caller: String,
    /// The request id.
    pub(super) key: String,
    /// The hash of the method and the request, 32 bytes.
    pub(super) request_sha256: Vec<u8>,
}

/// What was kept.
pub(super) struct Found {
    /// The hash of the method and the request.
    pub(super) request_sha256: Vec<u8>,
    /// The encoded answer.
    pub(super) response: Vec<u8>,
}

/// Whether the transaction is alone with this caller's request id, until it ends.
pub(super) async fn lock(tx: &Transaction<'_>, entry: &Entry) -> Result<bool> {
    const SQL: &str = "SELECT pg_try_advisory_xact_lock($1)";
    let row = tx.query_one(SQL, &[&lock_key(entry)]).await?;
    match get(&row, 0)? {
        true => Ok(true),
        false => lock_soon(tx, entry).await,
    }
}

/// Waits a tenth of a second for the lock: a call that was refused may be answered a moment before its transaction is rolled back.
async fn lock_soon(tx: &Transaction<'_>, entry: &Entry) -> Result<bool> {
    const BEGIN: &str = "SAVEPOINT claiming; SET LOCAL lock_timeout = '100ms'";
    const SQL: &str = "SELECT pg_advisory_xact_lock($1)";
    const DONE: &str = "SET LOCAL lock_timeout TO DEFAULT; RELEASE SAVEPOINT claiming";
    const UNDO: &str = "ROLLBACK TO SAVEPOINT claiming";
    tx.batch_execute(BEGIN).await?;
    match tx.execute(SQL, &[&lock_key(entry)]).await {
        Ok(_) => tx.batch_execute(DONE).await.map(|()| true),
        Err(PgError::Serialization(_)) => tx.batch_execute(UNDO).await.map(|()| false),
        Err(error) => Err(error),
    }
}

/// The lock's number. Two ids that share one by chance make each other wait, nothing worse.
fn lock_key(entry: &Entry) -> i64 {
    let caller = format!("idempotency_keys {}", entry.caller);
    let [a, b, c, d, e, f, g, h, ..] = sha256([caller.as_bytes(), entry.key.as_bytes()]);
    i64::from_be_bytes([a, b, c, d, e, f, g, h])
}

/// The answer that was kept and has not expired; one that has expired is removed.
///
/// Removing it here, under the lock, leaves nothing that [`insert`] could have to wait for.
pub(super) async fn find(tx: &Transaction<'_>, entry: &Entry) -> Result<Option<Found>> {
    const SQL: &str = "
        WITH expired AS (
            DELETE FROM idempotency_keys
            WHERE caller = $1 AND key = $2 AND created_at <= now() - make_interval(hours => $3)
        )
        SELECT request_sha256, response
        FROM idempotency_keys
        WHERE caller = $1 AND key = $2 AND created_at > now() - make_interval(hours => $3)";
    let row = tx.query_opt(SQL, &[&entry.caller, &entry.key, &RETENTION_HOURS]).await?;
    row.map(|row| Ok(Found { request_sha256: get(&row, 0)?, response: get(&row, 1)? })).transpose()
}

/// Keeps an answer, and removes a few that have expired and that nobody holds.
pub(super) async fn insert(tx: &Transaction<'_>, entry: &Entry, response: &[u8]) -> Result<()> {
    const SQL: &str = "
        WITH expired AS (
            SELECT caller, key
            FROM idempotency_keys
            WHERE created_at <= now() - make_interval(hours => $5)
            ORDER BY created_at
            LIMIT $6
            FOR UPDATE SKIP LOCKED
        ), swept AS (
            DELETE FROM idempotency_keys AS kept
            USING expired
            WHERE kept.caller = expired.caller AND kept.key = expired.key
        )
        INSERT INTO idempotency_keys (caller, key, request_sha256, response)
        VALUES ($1, $2, $3, $4)";
    let Entry { caller, key, request_sha256 } = entry;
    tx.execute(SQL, &[caller, key, request_sha256, &response, &RETENTION_HOURS, &SWEPT]).await?;
    Ok(())
}

fn get<'r, T: FromSql<'r>>(row: &'r Row, column: usize) -> Result<T> {
    row.try_get(column).map_err(|error| PgError::Other(error.into()))
}
