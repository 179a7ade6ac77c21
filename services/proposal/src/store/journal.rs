//! The journal of a generation: what was announced before it was pushed, and what GitHub answered. It only grows.

use std::collections::HashMap;

use jiff::Timestamp;
use uuid::Uuid;

use super::{Queries, Transaction, generations};
use crate::{
    domain::{Announcement, Generation, PullRequest, delivery::Sight},
    error::Result,
};

/// Makes everything that is about one pull request wait for the end of this transaction; to be asked before the proposal's lock.
///
/// Without it a delivery could miss a number that is being recorded, while the recording misses the delivery.
///
/// # Errors
/// The database refused.
pub async fn take_turns(tx: &Transaction<'_>, repository_id: Uuid, number: i64) -> Result<()> {
    const SQL: &str = "
        SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
    tx.query_one(SQL, &[&format!("pull:{repository_id}:{number}")]).await?;
    Ok(())
}

/// Writes down that a head is about to be pushed; `false` when that was written before.
///
/// # Errors
/// The database refused.
pub async fn announce(
    tx: &Transaction<'_>,
    proposal_id: Uuid,
    generation: i32,
    announcement: &Announcement,
) -> Result<bool> {
    const SQL: &str = "
        INSERT INTO announcements (proposal_id, generation, base_oid, head_oid)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (proposal_id, generation, head_oid) DO NOTHING";
    let Announcement { base_oid, head_oid } = announcement;
    Ok(tx.execute(SQL, &[&proposal_id, &generation, base_oid, head_oid]).await? > 0)
}

/// Everything that was announced for these proposals, by proposal and generation, the oldest first.
///
/// # Errors
/// The database refused.
pub async fn announcements(
    client: &impl Queries,
    proposal_ids: &[Uuid],
) -> Result<HashMap<(Uuid, i32), Vec<Announcement>>> {
    const SQL: &str = "
        SELECT proposal_id, generation, base_oid, head_oid
        FROM announcements
        WHERE proposal_id = ANY($1)
        ORDER BY announced_at, head_oid";
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for row in client.query(SQL, &[&proposal_ids]).await? {
        let key = (row.get("proposal_id"), row.get("generation"));
        let announcement =
            Announcement { base_oid: row.get("base_oid"), head_oid: row.get("head_oid") };
        found.entry(key).or_default().push(announcement);
    }
    Ok(found)
}

/// All generations of these proposals.
///
/// # Errors
/// The database refused.
pub async fn generations(
    client: &impl Queries,
    proposal_ids: &[Uuid],
) -> Result<HashMap<(Uuid, i32), Generation>> {
    const SQL: &str = "
        SELECT *
        FROM generations
        WHERE proposal_id = ANY($1)";
    client
        .query(SQL, &[&proposal_ids])
        .await?
        .iter()
        .map(|row| {
            let generation = generations::from_row(row)?;
            Ok(((generation.proposal_id, generation.number), generation))
        })
        .collect()
}

/// The generation that has the pull request with this number in this repository, whichever proposal's it is.
///
/// # Errors
/// The database refused.
pub async fn find(
    client: &impl Queries,
    repository_id: Uuid,
    number: i64,
) -> Result<Option<Generation>> {
    const SQL: &str = "
        SELECT *
        FROM generations
        WHERE repository_id = $1 AND pr_number = $2";
    let row = client.query_opt(SQL, &[&repository_id, &number]).await?;
    row.as_ref().map(generations::from_row).transpose()
}

/// Writes down GitHub's answer about a generation's pull request; what was seen of it before stays, and a merge without its time
/// counts as closed.
///
/// # Errors
/// The database refused. The caller has made sure that no other pull request is recorded for the generation.
pub async fn record(
    tx: &Transaction<'_>,
    proposal_id: Uuid,
    generation: i32,
    pull: &PullRequest,
) -> Result<()> {
    const SQL: &str = "
        UPDATE generations
        SET pr_number = $3,
            pr_node_id = $4,
            pr_url = $5,
            head_oid = $6,
            base_oid = $7,
            pr_merged_at = CASE WHEN pr_state IS NULL THEN $9 ELSE pr_merged_at END,
            pr_updated_at = CASE WHEN pr_state IS NULL THEN $10 ELSE pr_updated_at END,
            pr_state = COALESCE(pr_state, $8)
        WHERE proposal_id = $1 AND number = $2";
    let sight = Sight::new(pull.state, pull.merged_at);
    tx.execute(
        SQL,
        &[
            &proposal_id,
            &generation,
            &pull.number,
            &pull.node_id,
            &pull.url,
            &pull.head_oid,
            &pull.base_oid,
            &sight.state().as_str(),
            &sight.merged_at(),
            &pull.updated_at,
        ],
    )
    .await?;
    Ok(())
}

/// Writes down what was seen of a generation's pull request.
///
/// # Errors
/// The database refused.
pub async fn see(
    tx: &Transaction<'_>,
    generation: &Generation,
    sight: Sight,
    updated_at: Option<Timestamp>,
) -> Result<()> {
    const SQL: &str = "
        UPDATE generations
        SET pr_state = $3,
            pr_merged_at = $4,
            pr_updated_at = GREATEST(pr_updated_at, $5)
        WHERE proposal_id = $1 AND number = $2";
    let state = sight.state().as_str();
    tx.execute(
        SQL,
        &[&generation.proposal_id, &generation.number, &state, &sight.merged_at(), &updated_at],
    )
    .await?;
    Ok(())
}
