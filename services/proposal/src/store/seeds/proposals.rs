//! Proposals that are deleted with everything that is theirs (T14), wherever they stand.

use uuid::Uuid;

use crate::{
    error::Result,
    store::{Queries as _, Transaction, lanes},
};

/// Deletes a proposal with its diff, generations, events and jobs; tells whether there was one.
///
/// The live pointer to it goes, the studies that its follow-ups suggested forget it, what gave way to it stays superseded, and
/// deliveries that were about it stay without a proposal.
///
/// # Errors
/// The database refused.
pub async fn delete(tx: &Transaction<'_>, id: Uuid) -> Result<bool> {
    const LOCK: &str = "
        SELECT id
        FROM proposals
        WHERE id = $1
        FOR UPDATE";
    const LANES: &str = "
        SELECT DISTINCT lane
        FROM jobs
        WHERE subject = $1
        ORDER BY lane";
    const JOBS: &str = "
        DELETE FROM jobs
        WHERE subject = $1";
    const DELIVERIES: &str = "
        UPDATE deliveries
        SET proposal_id = NULL
        WHERE proposal_id = $1";
    const DELETE: &str = "
        DELETE FROM proposals
        WHERE id = $1";
    if tx.query_opt(LOCK, &[&id]).await?.is_none() {
        return Ok(false);
    }
    for row in tx.query(LANES, &[&id]).await? {
        lanes::lock(tx, row.get("lane")).await?;
    }
    tx.execute(JOBS, &[&id]).await?;
    tx.execute(DELIVERIES, &[&id]).await?;
    Ok(tx.execute(DELETE, &[&id]).await? > 0)
}
