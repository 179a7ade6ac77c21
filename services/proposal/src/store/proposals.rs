//! Proposals as rows.

use tokio_postgres::{Row, types::Json};
use uuid::Uuid;

use super::Transaction;
use crate::{
    domain::{
        Proposal, PullRequestState, Status,
        proposal::{Cluster, MetricDeltas, Template},
    },
    error::{Error, Result},
};

/// Locks a proposal until the end of the transaction.
///
/// # Errors
/// The database refused.
pub async fn lock(tx: &Transaction<'_>, id: Uuid) -> Result<Option<Proposal>> {
    const SQL: &str = "
        SELECT *
        FROM proposals
        WHERE id = $1
        FOR UPDATE";
    let statement = tx.prepare_cached(SQL).await?;
    tx.query_opt(&statement, &[&id]).await?.as_ref().map(from_row).transpose()
}

/// Reads a row with all columns of `proposals`.
///
/// # Errors
/// A column holds a word that the ledger does not know.
pub fn from_row(row: &Row) -> Result<Proposal> {
    let status: &str = row.get("status");
    let pr_state: Option<&str> = row.get("pr_state");
    Ok(Proposal {
        id: row.get("id"),
        study_id: row.get("study_id"),
        study_trial_id: row.get("study_trial_id"),
        cluster: Cluster {
            id: row.get("cluster_id"),
            name: row.get("cluster_name"),
            engine_type: row.get("cluster_engine_type"),
            environment: row.get("cluster_environment"),
        },
        template: Template {
            id: row.get("template_id"),
            name: row.get("template_name"),
            version: row.get("template_version"),
            engine_type: row.get("template_engine_type"),
        },
        config_repo_id: row.get("config_repo_id"),
        config_diff_sha256: row.get("config_diff_sha256"),
        metric_delta: row
            .get::<_, Option<Json<MetricDeltas>>>("metric_delta")
            .map(|Json(deltas)| deltas),
        status: Status::parse(status)
            .ok_or_else(|| Error::unreadable("proposals.status", status))?,
        generation: row.get("generation"),
        pr_state: pr_state
            .map(|state| {
                PullRequestState::parse(state)
                    .ok_or_else(|| Error::unreadable("proposals.pr_state", state))
            })
            .transpose()?,
        pr_url: row.get("pr_url"),
        pr_number: row.get("pr_number"),
        pr_merged_at: row.get("pr_merged_at"),
        pr_updated_at: row.get("pr_updated_at"),
        pr_open_error: row.get("pr_open_error"),
        rejected_reason: row.get("rejected_reason"),
        created_at: row.get("created_at"),
    })
}
