//! Chains of studies: from any link to the head, and from the head to all of them.

use pullwright_pg::{Queries, Row, Transaction};
use uuid::Uuid;

use super::studies;
use crate::{
    domain::{Status, chain::Link},
    error::{Error, Result},
};

/// The head of the chain that a study belongs to; none when there is no such study.
///
/// # Errors
/// The database refused.
pub async fn anchor(client: &impl Queries, study_id: Uuid) -> Result<Option<Uuid>> {
    const SQL: &str = "
        WITH RECURSIVE ancestors AS (
            SELECT id, parent_study_id
            FROM studies
            WHERE id = $1
            UNION
            SELECT studies.id, studies.parent_study_id
            FROM studies
            JOIN ancestors ON studies.id = ancestors.parent_study_id
        )
        SELECT id
        FROM ancestors
        WHERE parent_study_id IS NULL";
    Ok(client.query_opt(SQL, &[&study_id]).await?.map(|row| row.get("id")))
}

/// Makes everybody who adds a link to this chain wait for the end of this transaction; to be asked before any other lock.
///
/// Without it two late links would not see each other, and neither would give way.
///
/// # Errors
/// The database refused.
pub async fn take_turns(tx: &Transaction<'_>, anchor: Uuid) -> Result<()> {
    const SQL: &str = "
        SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
    tx.query_one(SQL, &[&format!("chain:{anchor}")]).await?;
    Ok(())
}

/// All links of the chain with this head.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn links(client: &impl Queries, anchor: Uuid) -> Result<Vec<Link>> {
    const SQL: &str = "
        WITH RECURSIVE chain AS (
            SELECT id
            FROM studies
            WHERE id = $1
            UNION
            SELECT studies.id
            FROM studies
            JOIN chain ON studies.parent_study_id = chain.id
        )
        SELECT studies.*,
               studies.status IN ('completed', 'cancelled', 'failed') AS is_over,
               proposals.id AS proposal_id,
               proposals.status AS proposal_status
        FROM chain
        JOIN studies ON studies.id = chain.id
        LEFT JOIN proposals ON proposals.study_id = studies.id";
    client.query(SQL, &[&anchor]).await?.iter().map(from_row).collect()
}

fn from_row(row: &Row) -> Result<Link> {
    let study = studies::from_row(row)?;
    let status: Option<&str> = row.get("proposal_status");
    let status = status
        .map(|status| {
            Status::parse(status).ok_or_else(|| Error::unreadable("proposals.status", status))
        })
        .transpose()?;
    Ok(Link {
        study_id: study.id,
        is_over: row.get("is_over"),
        objective: study.objective,
        best_metric: study.best_metric,
        proposal: row.get::<_, Option<Uuid>>("proposal_id").zip(status),
        created_at: study.created_at,
    })
}
