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

/// Locks several proposals until the end of the transaction, in one order.
///
/// # Errors
/// The database refused.
pub async fn lock_all(tx: &Transaction<'_>, ids: &[Uuid]) -> Result<()> {
    const SQL: &str = "
        SELECT id
        FROM proposals
        WHERE id = ANY($1)
        ORDER BY id
        FOR NO KEY UPDATE";
    tx.query(SQL, &[&ids]).await?;
    Ok(())
}

/// Locks those of several proposals that nobody else has locked, without waiting, and gives how many: for a transaction that holds
/// what comes later in the order of locks.
///
/// # Errors
/// The database refused.
pub async fn try_lock(tx: &Transaction<'_>, ids: &[Uuid]) -> Result<usize> {
    const SQL: &str = "
        SELECT id
        FROM proposals
        WHERE id = ANY($1)
        FOR NO KEY UPDATE SKIP LOCKED";
    Ok(tx.query(SQL, &[&ids]).await?.len())
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

/// Rejects a proposal that is pending or opened (T6); none when it is neither.
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
        WHERE id = $1 AND status IN ('pending', 'pr_opened')
        RETURNING *";
    tx.query_opt(SQL, &[&id, &reason]).await?.as_ref().map(from_row).transpose()
}

/// Lets a proposal that is pending or opened give way; none when it is neither.
///
/// # Errors
/// The database refused, or the row is unreadable.
pub async fn supersede(
    tx: &Transaction<'_>,
    id: Uuid,
    superseded_by: Option<Uuid>,
) -> Result<Option<Proposal>> {
    const SQL: &str = "
        UPDATE proposals
        SET status = 'superseded', superseded_by = $2
        WHERE id = $1 AND status IN ('pending', 'pr_opened')
        RETURNING *";
    tx.query_opt(SQL, &[&id, &superseded_by]).await?.as_ref().map(from_row).transpose()
}

/// Lets those of these proposals that are pending give way to another one (T7), and gives them by id.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn supersede_pending(
    tx: &Transaction<'_>,
    ids: &[Uuid],
    superseded_by: Uuid,
) -> Result<Vec<Proposal>> {
    const SQL: &str = "
        UPDATE proposals
        SET status = 'superseded', superseded_by = $2
        WHERE id = ANY($1) AND id <> $2 AND status = 'pending'
        RETURNING *";
    let rows = tx.query(SQL, &[&ids, &superseded_by]).await?;
    let mut superseded: Vec<_> = rows.iter().map(from_row).collect::<Result<_>>()?;
    superseded.sort_by_key(|proposal| proposal.id);
    Ok(superseded)
}

/// Makes a superseded proposal pending again (T8), in the generation that its next pull request will belong to; none when it is
/// not superseded.
///
/// # Errors
/// The database refused, or the row is unreadable.
pub async fn reinstate(
    tx: &Transaction<'_>,
    id: Uuid,
    generation: i32,
) -> Result<Option<Proposal>> {
    const SQL: &str = "
        UPDATE proposals
        SET status = 'pending',
            superseded_by = NULL,
            generation = $2,
            pr_state = NULL,
            pr_url = NULL,
            pr_number = NULL,
            pr_updated_at = NULL,
            pr_open_error = NULL
        WHERE id = $1 AND status = 'superseded'
        RETURNING *";
    tx.query_opt(SQL, &[&id, &generation]).await?.as_ref().map(from_row).transpose()
}

/// Sends a proposal on its way in a generation: a pending one in its own, one whose pull request was closed in the next.
///
/// Forgets why the last attempt failed, and shows no pull request until the generation has one. Tells whether it did.
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
        SET status = 'pending',
            generation = $2,
            config_repo_id = $3,
            pr_state = NULL,
            pr_url = NULL,
            pr_number = NULL,
            pr_updated_at = NULL,
            pr_open_error = NULL
        WHERE id = $1
          AND ((status = 'pending' AND GREATEST(generation, 1) = $2)
               OR (status = 'pr_opened' AND pr_state = 'closed' AND generation + 1 = $2))";
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
        superseded_by: row.get("superseded_by"),
        created_at: row.get("created_at"),
    })
}

fn read_status(row: &Row) -> Result<Status> {
    let status: &str = row.get("status");
    Status::parse(status).ok_or_else(|| Error::unreadable("proposals.status", status))
}
