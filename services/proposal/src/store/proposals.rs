//! Proposals as rows: one guarded statement per transition.

use pullwright_pg::{Row, types::Json};
use uuid::Uuid;

use super::{Queries, Transaction};
use crate::{
    domain::{
        MetricDeltas, Proposal, PullRequestState, Status,
        proposal::{Cluster, Template},
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
        FOR NO KEY UPDATE";
    tx.query_opt(SQL, &[&id]).await?.as_ref().map(from_row).transpose()
}

/// Where a proposal stands; none when there is no such proposal.
///
/// # Errors
/// The database refused, or the row is unreadable.
pub async fn status(client: &impl Queries, id: Uuid) -> Result<Option<Status>> {
    const SQL: &str = "
        SELECT status
        FROM proposals
        WHERE id = $1";
    client.query_opt(SQL, &[&id]).await?.as_ref().map(read_status).transpose()
}

/// The proposal of a study.
///
/// # Errors
/// The database refused, or the row is unreadable.
pub async fn lock_of_study(tx: &Transaction<'_>, study_id: Uuid) -> Result<Option<Proposal>> {
    const SQL: &str = "
        SELECT *
        FROM proposals
        WHERE study_id = $1
        FOR NO KEY UPDATE";
    tx.query_opt(SQL, &[&study_id]).await?.as_ref().map(from_row).transpose()
}

/// A proposal to write; it is pending.
#[derive(Debug)]
pub struct NewProposal<'a> {
    /// Its id.
    pub id: Uuid,
    /// The study that made it.
    pub study_id: Option<Uuid>,
    /// The winning trial.
    pub study_trial_id: Option<Uuid>,
    /// The cluster whose folder is edited.
    pub cluster: &'a Cluster,
    /// The template whose params file is edited.
    pub template: &'a Template,
    /// The config repository that the cluster is wired to.
    pub config_repo_id: Option<Uuid>,
    /// The hash of its diff.
    pub config_diff_sha256: &'a [u8],
    /// What the change did to the metrics.
    pub metric_delta: Option<&'a MetricDeltas>,
}

/// Writes a pending proposal (T1); its diff is `changes::replace`.
///
/// # Errors
/// The database refused.
pub async fn insert(tx: &Transaction<'_>, proposal: &NewProposal<'_>) -> Result<()> {
    const SQL: &str = "
        INSERT INTO proposals (id, study_id, study_trial_id, cluster_id, cluster_name, cluster_engine_type,
                               cluster_environment, template_id, template_name, template_version, template_engine_type,
                               config_repo_id, config_diff_sha256, metric_delta, status)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'pending')";
    let (cluster, template) = (proposal.cluster, proposal.template);
    tx.execute(
        SQL,
        &[
            &proposal.id,
            &proposal.study_id,
            &proposal.study_trial_id,
            &cluster.id,
            &cluster.name,
            &cluster.engine_type,
            &cluster.environment,
            &template.id,
            &template.name,
            &template.version,
            &template.engine_type,
            &proposal.config_repo_id,
            &proposal.config_diff_sha256,
            &proposal.metric_delta.map(Json),
        ],
    )
    .await?;
    Ok(())
}

/// Fills a pending proposal (T2); tells whether it was pending.
///
/// # Errors
/// The database refused.
pub async fn fill(
    tx: &Transaction<'_>,
    id: Uuid,
    sha256: &[u8],
    metric_delta: Option<&MetricDeltas>,
) -> Result<bool> {
    const SQL: &str = "
        UPDATE proposals
        SET config_diff_sha256 = $2, metric_delta = $3
        WHERE id = $1 AND status = 'pending'";
    Ok(tx.execute(SQL, &[&id, &sha256, &metric_delta.map(Json)]).await? > 0)
}

/// Deletes a pending proposal that nothing can come of (T3); tells whether it was pending.
///
/// # Errors
/// The database refused.
pub async fn delete(tx: &Transaction<'_>, id: Uuid) -> Result<bool> {
    const SQL: &str = "
        DELETE FROM proposals
        WHERE id = $1 AND status = 'pending'";
    Ok(tx.execute(SQL, &[&id]).await? > 0)
}

/// Rejects a pending proposal (T6); none when it is not pending.
///
/// # Errors
/// The database refused, or the row is unreadable.
pub async fn reject(
    tx: &Transaction<'_>,
    id: Uuid,
    reason: Option<&str>,
) -> Result<Option<Proposal>> {
    const SQL: &str = "
        UPDATE proposals
        SET status = 'rejected', rejected_reason = $2
        WHERE id = $1 AND status = 'pending'
        RETURNING *";
    tx.query_opt(SQL, &[&id, &reason]).await?.as_ref().map(from_row).transpose()
}

/// Sends a pending proposal on its way in a generation; forgets why the last attempt failed. Tells whether it was pending.
///
/// # Errors
/// The database refused.
pub async fn send(
    tx: &Transaction<'_>,
    id: Uuid,
    generation: i32,
    config_repo_id: Uuid,
) -> Result<bool> {
    const SQL: &str = "
        UPDATE proposals
        SET generation = $2, config_repo_id = $3, pr_open_error = NULL
        WHERE id = $1 AND status = 'pending'";
    Ok(tx.execute(SQL, &[&id, &generation, &config_repo_id]).await? > 0)
}

/// Reads a row with all columns of `proposals`.
///
/// # Errors
/// A column holds a word that the ledger does not know.
pub fn from_row(row: &Row) -> Result<Proposal> {
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
        status: read_status(row)?,
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

fn read_status(row: &Row) -> Result<Status> {
    let status: &str = row.get("status");
    Status::parse(status).ok_or_else(|| Error::unreadable("proposals.status", status))
}
