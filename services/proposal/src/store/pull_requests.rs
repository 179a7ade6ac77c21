//! The transitions of a proposal that GitHub's side causes: each one a guarded update that tells whether it happened.
//!
//! The numbers T4, T5, T9 to T12 are those of the state table in `docs/ARCHITECTURE.md`.

use std::collections::HashMap;

use jiff::Timestamp;
use pullwright_pg::Row;
use uuid::Uuid;

use super::{Queries as _, Transaction, journal::Seen};
use crate::{
    domain::{PullRequestState, Status, delivery::Known},
    error::Result,
};

/// A generation's pull request as the proposal's row shows it.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// Its number.
    pub number: i64,
    /// Its page.
    pub url: &'a str,
    /// GitHub's `updated_at` of what is shown.
    pub updated_at: Option<Timestamp>,
}

/// T4: the pull request of a pending proposal's current generation exists; it is open as far as this knows.
///
/// # Errors
/// The database refused.
pub async fn open(
    tx: &Transaction<'_>,
    id: Uuid,
    generation: i32,
    shown: Shown<'_>,
) -> Result<bool> {
    const SQL: &str = "
        UPDATE proposals
        SET status = 'pr_opened',
            pr_state = 'open',
            pr_url = $3,
            pr_number = $4,
            pr_updated_at = $5,
            pr_open_error = NULL
        WHERE id = $1
          AND generation = $2
          AND status = 'pending'";
    let parameters: [&(dyn pullwright_pg::types::ToSql + Sync); 5] =
        [&id, &generation, &shown.url, &shown.number, &shown.updated_at];
    Ok(tx.execute(SQL, &parameters).await? > 0)
}

/// T5: opening a pending proposal's pull request has failed for good.
///
/// # Errors
/// The database refused.
pub async fn fail(tx: &Transaction<'_>, id: Uuid, generation: i32, error: &str) -> Result<bool> {
    const SQL: &str = "
        UPDATE proposals
        SET pr_open_error = $3
        WHERE id = $1
          AND generation = $2
          AND status = 'pending'";
    Ok(tx.execute(SQL, &[&id, &generation, &error]).await? > 0)
}

/// T9 and T10, and the merge of what was rejected or superseded: GitHub wins.
///
/// The generation that was merged is the current one from now on, whichever that was before.
///
/// # Errors
/// The database refused.
pub async fn merge(
    tx: &Transaction<'_>,
    id: Uuid,
    generation: i32,
    merged_at: Timestamp,
    shown: Shown<'_>,
) -> Result<bool> {
    const SQL: &str = "
        UPDATE proposals
        SET status = 'pr_merged',
            generation = $2,
            superseded_by = NULL,
            pr_state = 'merged',
            pr_merged_at = $3,
            pr_url = $4,
            pr_number = $5,
            pr_updated_at = $6,
            pr_open_error = NULL
        WHERE id = $1
          AND status IN ('pending', 'pr_opened', 'rejected', 'superseded')";
    let parameters: [&(dyn pullwright_pg::types::ToSql + Sync); 6] =
        [&id, &generation, &merged_at, &shown.url, &shown.number, &shown.updated_at];
    Ok(tx.execute(SQL, &parameters).await? > 0)
}

/// T11 and T12: the current generation's pull request was closed or reopened; where the proposal stands does not change.
///
/// # Errors
/// The database refused.
pub async fn show(
    tx: &Transaction<'_>,
    id: Uuid,
    generation: i32,
    state: PullRequestState,
    shown: Shown<'_>,
) -> Result<bool> {
    const SQL: &str = "
        UPDATE proposals
        SET pr_state = $3,
            pr_url = $4,
            pr_number = $5,
            pr_updated_at = $6
        WHERE id = $1
          AND generation = $2
          AND status IN ('pr_opened', 'rejected', 'superseded')";
    let parameters: [&(dyn pullwright_pg::types::ToSql + Sync); 6] =
        [&id, &generation, &state.as_str(), &shown.url, &shown.number, &shown.updated_at];
    Ok(tx.execute(SQL, &parameters).await? > 0)
}

/// What [`show_all`] asks.
pub const SHOW_ALL: &str = "
    UPDATE proposals
    SET pr_state = seen.state,
        pr_updated_at = seen.updated_at
    FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::timestamptz[]) AS seen (proposal_id, generation, state, updated_at)
    WHERE proposals.id = seen.proposal_id
      AND proposals.generation = seen.generation
      AND proposals.status IN ('pr_opened', 'rejected', 'superseded')";

/// T11 and T12 of several proposals at once, whose rows are locked and name these pull requests already; gives how many were changed.
///
/// # Errors
/// The database refused.
pub async fn show_all(tx: &Transaction<'_>, seen: &[Seen]) -> Result<u64> {
    if seen.is_empty() {
        return Ok(0);
    }
    let ids: Vec<_> = seen.iter().map(|seen| seen.proposal_id).collect();
    let generations: Vec<_> = seen.iter().map(|seen| seen.generation).collect();
    let states: Vec<_> = seen.iter().map(|seen| seen.state.as_str()).collect();
    let stamps: Vec<_> = seen.iter().map(|seen| seen.updated_at).collect();
    Ok(tx.execute(SHOW_ALL, &[&ids, &generations, &states, &stamps]).await?)
}

/// Where a locked proposal and its current generation's pull request stand.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Where the proposal stands.
    pub status: Status,
    /// Its current generation.
    pub generation: i32,
    /// What is known of that one's pull request.
    pub known: Known,
    /// Its number.
    pub number: Option<i64>,
    /// Its page.
    pub url: Option<String>,
}

/// Which generation has a pull request.
#[derive(Debug, Clone)]
pub struct Place {
    /// The proposal.
    pub proposal_id: Uuid,
    /// The generation's number.
    pub generation: i32,
    /// The pull request's page.
    pub url: String,
}

/// The generations that pull requests belong to, and where their proposals stand.
#[derive(Debug, Default)]
pub struct Locked {
    /// By repository and number; none for a pull request that is not ours.
    pub places: HashMap<(Uuid, i64), Place>,
    /// By proposal; none for a row that is unreadable.
    pub standings: HashMap<Uuid, Standing>,
}

/// What [`lock_all`] asks.
pub const LOCK_ALL: &str = "
    SELECT given.repository_id, given.number AS given_number, found.proposal_id, found.number AS given_generation, found.pr_url AS given_url,
           status, generation, pr_state, pr_updated_at, proposals.pr_number, proposals.pr_url
    FROM unnest($1::uuid[], $2::bigint[]) AS given (repository_id, number)
    CROSS JOIN LATERAL (
        SELECT proposal_id, number, pr_url
        FROM generations
        WHERE repository_id = given.repository_id AND pr_number = given.number
        LIMIT 1
    ) AS found
    JOIN proposals ON proposals.id = found.proposal_id
    ORDER BY proposals.id
    FOR NO KEY UPDATE OF proposals";

/// Locks the proposals that pull requests belong to until the end of the transaction, in one order, and tells where they stand. The
/// transaction has the turns of the pull requests. One lookup in an index each.
///
/// # Errors
/// The database refused.
pub async fn lock_all(tx: &Transaction<'_>, pulls: &[(Uuid, i64)]) -> Result<Locked> {
    let standing = |row: &Row| {
        let state = match row.get::<_, Option<&str>>("pr_state") {
            None => None,
            Some(state) => Some(PullRequestState::parse(state)?),
        };
        Some(Standing {
            status: Status::parse(row.get("status"))?,
            generation: row.get("generation"),
            known: Known { state, updated_at: row.get("pr_updated_at") },
            number: row.get("pr_number"),
            url: row.get("pr_url"),
        })
    };
    let mut locked = Locked::default();
    if pulls.is_empty() {
        return Ok(locked);
    }
    let (repositories, numbers): (Vec<_>, Vec<_>) = pulls.iter().copied().unzip();
    for row in tx.query(LOCK_ALL, &[&repositories, &numbers]).await? {
        let place = Place {
            proposal_id: row.get("proposal_id"),
            generation: row.get("given_generation"),
            url: row.get::<_, Option<_>>("given_url").unwrap_or_default(),
        };
        if let Some(standing) = standing(&row) {
            locked.standings.insert(place.proposal_id, standing);
        }
        locked.places.insert((row.get("repository_id"), row.get("given_number")), place);
    }
    Ok(locked)
}
