//! Proposals with what is shown beside them: a fixed number of statements, however many there are.

use pullwright_pg::Row;
use uuid::Uuid;

use super::{Queries, changes, digests, proposals};
use crate::{
    domain::{Detail, StudySummary, generation::Expected},
    error::Result,
};

/// The statement that reads details, with further columns and ended by a condition or an order.
macro_rules! details {
    ($columns:literal, $end:literal) => {
        concat!(
            "
        SELECT proposals.*,
               studies.name AS study_name,
               studies.status AS study_status,
               studies.best_metric AS study_best_metric,
               studies.best_trial_id AS study_best_trial_id,
               generations.branch,
               generations.expected_base_oid,
               generations.expected_patch_sha256,
               generations.patch_sha256,
               EXISTS (
                   SELECT FROM live_proposals
                   WHERE live_proposals.proposal_id = proposals.id
               ) AS is_currently_live,
               EXISTS (
                   SELECT FROM jobs
                   WHERE kind = 'open_pull_request' AND subject = proposals.id AND ended_at IS NULL
               ) AS is_opening",
            $columns,
            "
        FROM proposals
        LEFT JOIN studies ON studies.id = proposals.study_id
        LEFT JOIN generations ON generations.proposal_id = proposals.id AND generations.number = proposals.generation
        ",
            $end
        )
    };
}

/// One proposal with diff, study and digest.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn get(client: &impl Queries, id: Uuid) -> Result<Option<Detail>> {
    Ok(get_many(client, &[id]).await?.pop())
}

/// Several proposals with diff, study and digest, in no particular order; those that are not there are left out.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn get_many(client: &impl Queries, ids: &[Uuid]) -> Result<Vec<Detail>> {
    const SQL: &str = details!("", "WHERE proposals.id = ANY($1)");
    let rows = client.query(SQL, &[&ids]).await?;
    let mut details: Vec<_> = rows.iter().map(from_row).collect::<Result<_>>()?;
    let studies: Vec<_> = details.iter().filter_map(|detail| detail.proposal.study_id).collect();
    let mut digests = digests::of_studies(client, &studies).await?;
    let mut changes = changes::list_many(client, ids).await?;
    for detail in &mut details {
        detail.changes = changes.remove(&detail.proposal.id).unwrap_or_default();
        detail.digest = detail.proposal.study_id.and_then(|study| digests.remove(&study));
    }
    Ok(details)
}

/// Some proposals of all.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The proposals, without diff and digest.
    pub details: Vec<Detail>,
    /// How many there are in all.
    pub total: i64,
}

/// The newest proposals, at most `most`, without diff and digest.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn newest(client: &impl Queries, most: i64) -> Result<Page> {
    const SQL: &str = details!(
        ", (SELECT count(*) FROM proposals) AS total",
        "ORDER BY proposals.created_at DESC, proposals.id DESC LIMIT $1"
    );
    let rows = client.query(SQL, &[&most]).await?;
    Ok(Page {
        details: rows.iter().map(from_row).collect::<Result<_>>()?,
        total: rows.first().map_or(0, |row| row.get("total")),
    })
}

/// The newest merged proposal of a config repository, without diff and digest.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn live(client: &impl Queries, config_repo_id: Uuid) -> Result<Option<Detail>> {
    const SQL: &str = details!(
        "",
        "WHERE proposals.id = (SELECT proposal_id FROM live_proposals WHERE live_proposals.config_repo_id = $1)"
    );
    client.query_opt(SQL, &[&config_repo_id]).await?.as_ref().map(from_row).transpose()
}

fn from_row(row: &Row) -> Result<Detail> {
    let proposal = proposals::from_row(row)?;
    let summary = |id| StudySummary {
        id,
        name: row.get("study_name"),
        status: row.get("study_status"),
        best_metric: row.get("study_best_metric"),
        best_trial_id: row.get("study_best_trial_id"),
    };
    Ok(Detail {
        study: proposal.study_id.map(summary),
        proposal,
        changes: Vec::new(),
        digest: None,
        branch: row.get("branch"),
        expected: Expected {
            base_oid: row.get("expected_base_oid"),
            patch_sha256: row.get("expected_patch_sha256"),
        },
        patch_sha256: row.get("patch_sha256"),
        is_currently_live: row.get("is_currently_live"),
        is_opening: row.get("is_opening"),
    })
}
