//! Seeded studies as rows: queued, started, completed, one guarded statement each.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    domain::{Objective, seed, study::Outcome, usage::Dependent},
    error::Result,
    store::{Queries as _, Transaction, usage},
};

/// A study to queue.
#[derive(Debug)]
pub struct NewStudy<'a> {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: &'a str,
    /// The cluster it runs against.
    pub cluster_id: Uuid,
    /// The template it tunes.
    pub template_id: Uuid,
    /// The queries it is measured with.
    pub query_set_id: Uuid,
    /// The judgments it is measured by, of that query set.
    pub judgment_list_id: Uuid,
    /// What it optimises.
    pub objective: &'a Objective,
    /// Its place in a chain; none when it belongs to no chain.
    pub link: Option<Link>,
}

/// A study's place in a chain.
#[derive(Debug, Clone, Copy)]
pub struct Link {
    /// The study that it follows up; none at the head.
    pub parent_study_id: Option<Uuid>,
    /// How many more may follow.
    pub auto_followup_depth: i32,
}

/// Writes a queued study.
///
/// # Errors
/// The database refused.
pub async fn queue(tx: &Transaction<'_>, study: &NewStudy<'_>) -> Result<()> {
    const SQL: &str = "
        INSERT INTO studies (id, name, cluster_id, template_id, query_set_id, judgment_list_id, target, search_space_json,
                             config_json, objective_metric, objective_k, objective_direction, parent_study_id,
                             auto_followup_depth, status)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'queued')";
    let objective = study.objective;
    tx.execute(
        SQL,
        &[
            &study.id,
            &study.name,
            &study.cluster_id,
            &study.template_id,
            &study.query_set_id,
            &study.judgment_list_id,
            &seed::TARGET,
            &seed::SEARCH_SPACE_JSON,
            &seed::CONFIG_JSON,
            &objective.metric,
            &objective.k,
            &objective.direction.as_str(),
            &study.link.and_then(|link| link.parent_study_id),
            &study.link.map(|link| link.auto_followup_depth),
        ],
    )
    .await?;
    Ok(())
}

/// Starts a queued study; tells whether it was queued.
///
/// # Errors
/// The database refused.
pub async fn start(tx: &Transaction<'_>, id: Uuid, at: Timestamp) -> Result<bool> {
    const SQL: &str = "
        UPDATE studies
        SET status = 'running', started_at = $2
        WHERE id = $1 AND status = 'queued'";
    Ok(tx.execute(SQL, &[&id, &at]).await? > 0)
}

/// Completes a running study; tells whether it was running.
///
/// # Errors
/// The database refused.
pub async fn complete(
    tx: &Transaction<'_>,
    id: Uuid,
    outcome: Outcome,
    at: Timestamp,
) -> Result<bool> {
    const SQL: &str = "
        UPDATE studies
        SET status = 'completed',
            baseline_metric = $2,
            best_metric = $3,
            best_trial_id = $4,
            stop_reason = $5,
            completed_at = $6
        WHERE id = $1 AND status = 'running'";
    let Outcome { baseline_metric, best_metric, best_trial_id } = outcome;
    let parameters: [&(dyn pullwright_pg::types::ToSql + Sync); 6] =
        [&id, &baseline_metric, &best_metric, &best_trial_id, &seed::STOP_REASON, &at];
    Ok(tx.execute(SQL, &parameters).await? > 0)
}

/// Locks a study, so that nothing comes to depend on it; tells whether it is there.
///
/// # Errors
/// The database refused.
pub async fn lock(tx: &Transaction<'_>, id: Uuid) -> Result<bool> {
    const SQL: &str = "
        SELECT id
        FROM studies
        WHERE id = $1
        FOR UPDATE";
    Ok(tx.query_opt(SQL, &[&id]).await?.is_some())
}

/// What depends on a study, the first of a proposal, a digest.
///
/// # Errors
/// The database refused.
pub async fn dependent(tx: &Transaction<'_>, id: Uuid) -> Result<Option<Dependent>> {
    const SQL: &str = "
        SELECT EXISTS (SELECT FROM proposals WHERE study_id = $1) AS proposal,
               EXISTS (SELECT FROM digests WHERE study_id = $1) AS digest";
    let dependents =
        [("proposal", Dependent::ProposalOfStudy), ("digest", Dependent::DigestOfStudy)];
    Ok(usage::first(&tx.query_one(SQL, &[&id]).await?, dependents))
}

/// Deletes a locked study that nothing depends on, with its trials; studies that follow it up become heads of their chains.
///
/// # Errors
/// The database refused.
pub async fn delete(tx: &Transaction<'_>, id: Uuid) -> Result<()> {
    const SQL: &str = "
        DELETE FROM studies
        WHERE id = $1";
    tx.execute(SQL, &[&id]).await?;
    Ok(())
}

/// Deletes a digest by its own id; tells whether there was one.
///
/// # Errors
/// The database refused.
pub async fn delete_digest(tx: &Transaction<'_>, id: Uuid) -> Result<bool> {
    const SQL: &str = "
        DELETE FROM digests
        WHERE id = $1";
    Ok(tx.execute(SQL, &[&id]).await? > 0)
}
