//! Deletions that the registry is asked for, so that nothing is created for what is about to be gone.
//!
//! A creation asks the registry first and writes later, a deletion looks first and asks the registry later; neither holds a
//! connection meanwhile. So a deletion writes down that it began while no creation writes, and a creation that writes looks
//! whether what it was told is still true: one of the two always sees the other.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Queries, Transaction};
use crate::error::Result;

/// Seconds after which a deletion is over even if its end was not written down: longer than the registry may take to answer.
const LONGEST: i32 = 30;

/// The database's time, taken before the registry is asked about what [`any_since`] is asked about later.
///
/// # Errors
/// The database is away.
pub async fn moment(client: &impl Queries) -> Result<Timestamp> {
    const SQL: &str = "SELECT clock_timestamp() AS moment";
    Ok(client.query_one(SQL, &[]).await?.get("moment"))
}

/// Lets no deletion begin until the end of the transaction; gives which of these was being deleted at any time since `moment`.
///
/// # Errors
/// The database refused.
pub async fn any_since(
    tx: &Transaction<'_>,
    moment: Timestamp,
    ids: &[Uuid],
) -> Result<Option<Uuid>> {
    const LOCK: &str = "SELECT pg_advisory_xact_lock_shared(hashtextextended('deletions', 0))";
    // A statement of its own: it sees what was written while the lock was waited for.
    const SQL: &str = "
        SELECT resource_id
        FROM deletions
        WHERE resource_id = ANY($1) AND ends_at >= $2
        LIMIT 1";
    tx.query_one(LOCK, &[]).await?;
    Ok(tx.query_opt(SQL, &[&ids, &moment]).await?.map(|row| row.get("resource_id")))
}

/// Waits until no creation writes, and lets none write until the end of the transaction.
///
/// # Errors
/// The database refused.
pub async fn lock(tx: &Transaction<'_>) -> Result<()> {
    const LOCK: &str = "SELECT pg_advisory_xact_lock(hashtextextended('deletions', 0))";
    tx.query_one(LOCK, &[]).await?;
    Ok(())
}

/// Writes down that a deletion begins; gives its id. Forgets those that are long over.
///
/// # Errors
/// The database refused.
pub async fn begin(tx: &Transaction<'_>, resource_id: Uuid) -> Result<Uuid> {
    const FORGET: &str = "
        DELETE FROM deletions
        WHERE ends_at < now() - interval '1 hour'";
    const SQL: &str = "
        INSERT INTO deletions (id, resource_id, ends_at)
        VALUES ($1, $2, clock_timestamp() + make_interval(secs => $3))";
    let id = Uuid::now_v7();
    tx.execute(FORGET, &[]).await?;
    tx.execute(SQL, &[&id, &resource_id, &f64::from(LONGEST)]).await?;
    Ok(id)
}

/// Writes down that the registry refused.
///
/// # Errors
/// The database refused.
pub async fn end(client: &impl Queries, id: Uuid) -> Result<()> {
    const SQL: &str = "
        UPDATE deletions
        SET ends_at = clock_timestamp()
        WHERE id = $1";
    client.execute(SQL, &[&id]).await?;
    Ok(())
}

/// Writes down that something is gone: no deletion of it that nobody answered can still come.
///
/// # Errors
/// The database refused.
pub async fn end_all(client: &impl Queries, resource_id: Uuid) -> Result<()> {
    const SQL: &str = "
        UPDATE deletions
        SET ends_at = clock_timestamp()
        WHERE resource_id = $1 AND ends_at > clock_timestamp()";
    client.execute(SQL, &[&resource_id]).await?;
    Ok(())
}
