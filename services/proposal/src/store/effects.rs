//! Effects that leases announced and did not come to an end with: what a runner that sleeps may still do when it wakes.

use std::collections::HashSet;

use uuid::Uuid;

use super::{
    Queries, Transaction,
    jobs::{self, Job},
};
use crate::error::Result;

/// Writes down that the lease of this epoch is about to have an effect; tells whether it is the lease's first one for the job.
///
/// # Errors
/// The database refused.
pub async fn announce(tx: &Transaction<'_>, job_id: Uuid, epoch: i64, token: Uuid) -> Result<bool> {
    const SQL: &str = "
        INSERT INTO unsettled_effects (job_id, epoch, token)
        VALUES ($1, $2, $3)
        ON CONFLICT (job_id, epoch) DO NOTHING";
    Ok(tx.execute(SQL, &[&job_id, &epoch, &token]).await? > 0)
}

/// Forgets them: the lease told how the job ended, so it sleeps no more.
///
/// # Errors
/// The database refused.
pub async fn settle(tx: &Transaction<'_>, job_id: Uuid, token: Uuid) -> Result<()> {
    const SQL: &str = "
        DELETE FROM unsettled_effects
        WHERE job_id = $1 AND token = $2";
    tx.execute(SQL, &[&job_id, &token]).await?;
    Ok(())
}

/// The jobs and epochs of leases that announced an effect and have not ended, among these jobs.
///
/// # Errors
/// The database refused.
pub async fn unsettled(client: &impl Queries, job_ids: &[Uuid]) -> Result<HashSet<(Uuid, i64)>> {
    const SQL: &str = "
        SELECT job_id, epoch
        FROM unsettled_effects
        WHERE job_id = ANY($1)";
    let rows = client.query(SQL, &[&job_ids]).await?;
    Ok(rows.iter().map(|row| (row.get("job_id"), row.get("epoch"))).collect())
}

/// The jobs for which a lease that is over announced an effect without an end.
///
/// # Errors
/// The database refused.
pub async fn left_behind(client: &impl Queries, token: Uuid) -> Result<Vec<Job>> {
    const SQL: &str = "
        SELECT jobs.*
        FROM unsettled_effects
        JOIN jobs ON jobs.id = unsettled_effects.job_id
        JOIN lanes ON lanes.key = jobs.lane
        WHERE unsettled_effects.token = $1
          AND (lanes.token IS DISTINCT FROM $1 OR lanes.expires_at <= now())";
    client.query(SQL, &[&token]).await?.iter().map(jobs::from_row).collect()
}
