//! The journal of a generation: what was announced before it was pushed, and what GitHub answered. It only grows.

use std::collections::HashMap;

use jiff::Timestamp;
use uuid::Uuid;

use super::{Queries, Transaction, generations};
use crate::{
    domain::{Announcement, Generation, PullRequest, PullRequestState, delivery::Sight},
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
    tx.query_one(SQL, &[&turn(repository_id, number)]).await?;
    Ok(())
}

/// What [`take_all_turns`] asks.
pub const TAKE_ALL_TURNS: &str = "
    SELECT count(pg_advisory_xact_lock(turn))
    FROM (
        SELECT DISTINCT hashtextextended(turn, 0) AS turn
        FROM unnest($1::text[]) AS given (turn)
        ORDER BY turn
    ) AS turns";

/// The same for several pull requests, in one order, so that two that have some in common do not wait for each other.
///
/// # Errors
/// The database refused.
pub async fn take_all_turns(tx: &Transaction<'_>, pulls: &[(Uuid, i64)]) -> Result<()> {
    if pulls.is_empty() {
        return Ok(());
    }
    let turns: Vec<_> =
        pulls.iter().map(|(repository, number)| turn(*repository, *number)).collect();
    tx.query_one(TAKE_ALL_TURNS, &[&turns]).await?;
    Ok(())
}

fn turn(repository_id: Uuid, number: i64) -> String {
    format!("pull:{repository_id}:{number}")
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

/// What was seen of one generation's pull request that is not merged.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    /// The proposal.
    pub proposal_id: Uuid,
    /// The generation's number.
    pub generation: i32,
    /// Open or closed.
    pub state: PullRequestState,
    /// GitHub's `updated_at` of it.
    pub updated_at: Option<Timestamp>,
}

/// What [`see_all`] asks.
pub const SEE_ALL: &str = "
    UPDATE generations
    SET pr_state = seen.state,
        pr_merged_at = NULL,
        pr_updated_at = GREATEST(pr_updated_at, seen.updated_at)
    FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::timestamptz[]) AS seen (proposal_id, generation, state, updated_at)
    WHERE generations.proposal_id = seen.proposal_id AND generations.number = seen.generation";

/// Writes down what was seen of several generations' pull requests.
///
/// # Errors
/// The database refused.
pub async fn see_all(tx: &Transaction<'_>, seen: &[Seen]) -> Result<u64> {
    if seen.is_empty() {
        return Ok(0);
    }
    let ids: Vec<_> = seen.iter().map(|seen| seen.proposal_id).collect();
    let generations: Vec<_> = seen.iter().map(|seen| seen.generation).collect();
    let states: Vec<_> = seen.iter().map(|seen| seen.state.as_str()).collect();
    let stamps: Vec<_> = seen.iter().map(|seen| seen.updated_at).collect();
    Ok(tx.execute(SEE_ALL, &[&ids, &generations, &states, &stamps]).await?)
}
