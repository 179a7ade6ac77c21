//! Turns: work that replicas share, so that one of them does it and none before its time.

use std::time::Duration;

use jiff::Timestamp;

use super::{Queries, Transaction};
use crate::error::Result;

/// Takes the turn of this name when it is due, and gives the database's time; the next one is due after `every`.
///
/// # Errors
/// The database refused.
pub async fn take(client: &impl Queries, name: &str, every: Duration) -> Result<Option<Timestamp>> {
    const SQL: &str = "
        UPDATE turns
        SET next_at = now() + make_interval(secs => $2)
        WHERE name = (
            SELECT name
            FROM turns
            WHERE name = $1 AND next_at <= now()
            FOR NO KEY UPDATE SKIP LOCKED
        )
        RETURNING now() AS now";
    let row = client.query_opt(SQL, &[&name, &every.as_secs_f64()]).await?;
    Ok(row.map(|row| row.get("now")))
}

/// Whether nobody else schedules until the end of this transaction.
///
/// # Errors
/// The database refused.
pub async fn is_ours(tx: &Transaction<'_>) -> Result<bool> {
    const SQL: &str = "
        SELECT pg_try_advisory_xact_lock(hashtextextended('schedule', 0)) AS is_ours";
    Ok(tx.query_one(SQL, &[]).await?.get("is_ours"))
}
