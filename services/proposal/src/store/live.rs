//! Which proposal is live in a config repository: the one that was merged last, whenever we heard of it.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Queries as _, Transaction};
use crate::error::Result;

/// Makes a merged proposal the live one unless a later merge is known; ties go to the larger id. Tells whether it did.
///
/// # Errors
/// The database refused.
pub async fn advance(
    tx: &Transaction<'_>,
    config_repo_id: Uuid,
    proposal_id: Uuid,
    merged_at: Timestamp,
) -> Result<bool> {
    const SQL: &str = "
        INSERT INTO live_proposals (config_repo_id, proposal_id, pr_merged_at)
        VALUES ($1, $2, $3)
        ON CONFLICT (config_repo_id) DO UPDATE
        SET proposal_id = excluded.proposal_id, pr_merged_at = excluded.pr_merged_at
        WHERE (excluded.pr_merged_at, excluded.proposal_id)
            > (live_proposals.pr_merged_at, live_proposals.proposal_id)";
    Ok(tx.execute(SQL, &[&config_repo_id, &proposal_id, &merged_at]).await? > 0)
}
