//! Lanes as rows: what is leased. Locked after the proposal and before the job, never against foreign keys.

use pullwright_pg::Row;
use uuid::Uuid;

use super::{Queries as _, Transaction};
use crate::{domain::lease::Lane, error::Result};

/// Makes a lane unless it is there.
///
/// # Errors
/// The database refused.
pub async fn create(tx: &Transaction<'_>, key: &str) -> Result<()> {
    // Asked for first: an insertion waits for whoever holds the lane.
    const SQL: &str = "
        INSERT INTO lanes (key)
        SELECT $1
        WHERE NOT EXISTS (
            SELECT FROM lanes
            WHERE key = $1
        )
        ON CONFLICT (key) DO NOTHING";
    tx.execute(SQL, &[&key]).await?;
    Ok(())
}

/// Locks a lane until the end of the transaction.
///
/// # Errors
/// The database refused.
pub async fn lock(tx: &Transaction<'_>, key: &str) -> Result<Option<Lane>> {
    const LOCK: &str = "
        SELECT key
        FROM lanes
        WHERE key = $1
        FOR NO KEY UPDATE";
    // A statement of its own: it is the time after the lock was got that tells whether the lease still runs.
    const READ: &str = "
        SELECT key, epoch, token, COALESCE(expires_at > clock_timestamp(), false) AS is_running
        FROM lanes
        WHERE key = $1";
    if tx.query_opt(LOCK, &[&key]).await?.is_none() {
        return Ok(None);
    }
    Ok(tx.query_opt(READ, &[&key]).await?.as_ref().map(from_row))
}

/// Frees a lane at once when nothing of its lease is left to do; tells whether it did.
///
/// # Errors
/// The database refused.
pub async fn free_if_done(tx: &Transaction<'_>, lane: &Lane) -> Result<bool> {
    const SQL: &str = "
        UPDATE lanes
        SET token = NULL, holder = NULL, expires_at = NULL
        WHERE key = $1
          AND epoch = $2
          AND NOT EXISTS (
              SELECT FROM jobs
              WHERE lane = $1 AND leased_epoch = $2 AND ended_at IS NULL
          )";
    Ok(tx.execute(SQL, &[&lane.key, &lane.epoch]).await? > 0)
}

/// Frees a lane whose lease has nothing to do after all.
///
/// # Errors
/// The database refused.
pub async fn free(tx: &Transaction<'_>, key: &str) -> Result<()> {
    const SQL: &str = "
        UPDATE lanes
        SET token = NULL, holder = NULL, expires_at = NULL
        WHERE key = $1";
    tx.execute(SQL, &[&key]).await?;
    Ok(())
}

/// Ends whatever lease a locked lane has, and gives its new epoch.
///
/// # Errors
/// The database refused.
pub async fn revoke(tx: &Transaction<'_>, key: &str) -> Result<i64> {
    const SQL: &str = "
        UPDATE lanes
        SET epoch = epoch + 1, token = NULL, holder = NULL, expires_at = NULL
        WHERE key = $1
        RETURNING epoch";
    Ok(tx.query_one(SQL, &[&key]).await?.get("epoch"))
}

fn from_row(row: &Row) -> Lane {
    Lane {
        key: row.get("key"),
        epoch: row.get("epoch"),
        token: row.get::<_, Option<Uuid>>("token"),
        is_running: row.get("is_running"),
    }
}
