//! Proposals with what is shown beside them: a fixed number of statements, however many there are.

use pullwright_pg::{Row, listing::Shown};
use uuid::Uuid;

use super::{Queries, changes, digests, proposals};
use crate::{
    domain::{
        Detail, StudySummary,
        detail::{JudgmentList, QuerySet},
        generation::Expected,
    },
    error::Result,
};

/// The columns of a listed proposal.
macro_rules! listed {
    () => {
        "proposals.*,
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
               ) AS is_opening"
    };
}

/// Where they come from, besides `proposals`.
macro_rules! generation {
    () => {
        "LEFT JOIN generations ON generations.proposal_id = proposals.id AND generations.number = proposals.generation"
    };
}

/// The statement that reads details, ended by a condition.
macro_rules! details {
    ($end:literal) => {
        concat!(
            "
        SELECT ",
            listed!(),
            ",
               studies.name AS study_name,
               studies.status AS study_status,
               studies.best_metric AS study_best_metric,
               studies.best_trial_id AS study_best_trial_id,
               query_sets.id AS query_set_id,
               query_sets.name AS query_set_name,
               query_sets.query_count,
               judgment_lists.id AS judgment_list_id,
               judgment_lists.name AS judgment_list_name,
               judgment_lists.status AS judgment_list_status
        FROM proposals
        ",
            generation!(),
            "
        LEFT JOIN studies ON studies.id = proposals.study_id
        LEFT JOIN query_sets ON query_sets.id = studies.query_set_id
        LEFT JOIN judgment_lists ON judgment_lists.id = studies.judgment_list_id
        ",
            $end
        )
    };
}

/// What a list shows of a proposal; [`listed`] reads it.
pub const LISTED: Shown = Shown { columns: listed!(), joins: generation!() };

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
    const SQL: &str = details!("WHERE proposals.id = ANY($1)");
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

/// The newest merged proposal of a config repository, without diff and digest.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn live(client: &impl Queries, config_repo_id: Uuid) -> Result<Option<Detail>> {
    const SQL: &str = details!(
        "WHERE proposals.id = (SELECT proposal_id FROM live_proposals WHERE live_proposals.config_repo_id = $1)"
    );
    client.query_opt(SQL, &[&config_repo_id]).await?.as_ref().map(from_row).transpose()
}

/// Reads a row of [`LISTED`]: without diff, study and digest.
///
/// # Errors
/// The row is unreadable.
pub fn listed(row: &Row) -> Result<Detail> {
    Ok(Detail {
        proposal: proposals::from_row(row)?,
        study: None,
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

fn from_row(row: &Row) -> Result<Detail> {
    let detail = listed(row)?;
    let study = detail.proposal.study_id.map(|id| study(id, row));
    Ok(Detail { study, ..detail })
}

fn study(id: Uuid, row: &Row) -> StudySummary {
    let query_set = row.get::<_, Option<Uuid>>("query_set_id").map(|id| QuerySet {
        id,
        name: row.get("query_set_name"),
        query_count: row.get("query_count"),
    });
    let judgment_list = row.get::<_, Option<Uuid>>("judgment_list_id").map(|id| JudgmentList {
        id,
        name: row.get("judgment_list_name"),
        status: row.get("judgment_list_status"),
    });
    StudySummary {
        id,
        name: row.get("study_name"),
        status: row.get("study_status"),
        best_metric: row.get("study_best_metric"),
        best_trial_id: row.get("study_best_trial_id"),
        query_set,
        judgment_list,
    }
}
