//! Studies as rows.

use pullwright_pg::{Queries, Row, Transaction};
use uuid::Uuid;

use super::{confidence, trials};
use crate::{
    domain::{
        Direction, Objective, Study, Trial,
        chain::{FollowUpOf, Lineage},
        confidence::Evidence,
        study::Outcome,
    },
    error::{Error, Result},
};

/// How many trials a pull request shows.
const SHOWN_TRIALS: i64 = 10;

/// What a pull request says about its study.
#[derive(Debug, Clone, PartialEq)]
pub struct PullRequestContext {
    /// What was optimised.
    pub objective: Objective,
    /// The best trials, the best first, at most ten.
    pub best_trials: Vec<Trial>,
    /// How many trials there are in all.
    pub trial_count: i64,
    /// What is known of the winner; none when no trial but the baseline is complete.
    pub evidence: Option<Evidence>,
}

/// A study.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn get(client: &impl Queries, id: Uuid) -> Result<Option<Study>> {
    const SQL: &str = "
        SELECT *
        FROM studies
        WHERE id = $1";
    client.query_opt(SQL, &[&id]).await?.as_ref().map(from_row).transpose()
}

/// Locks a study, so that one digest is written at a time.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn lock(tx: &Transaction<'_>, id: Uuid) -> Result<Option<Study>> {
    const SQL: &str = "
        SELECT *
        FROM studies
        WHERE id = $1
        FOR NO KEY UPDATE";
    tx.query_opt(SQL, &[&id]).await?.as_ref().map(from_row).transpose()
}

/// What a pull request says about a study; none when there is no such study.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn context_for_pull_request(
    client: &impl Queries,
    id: Uuid,
) -> Result<Option<PullRequestContext>> {
    let Some(study) = get(client, id).await? else { return Ok(None) };
    let best_trials = trials::best(client, id, study.objective.direction, SHOWN_TRIALS).await?;
    let trial_count = trials::count(client, id).await?;
    let evidence = confidence::evidence(client, id, &study.objective).await?;
    let objective = study.objective;
    Ok(Some(PullRequestContext { objective, best_trials, trial_count, evidence }))
}

/// Writes a finished study; its `created_at` is the transaction's time.
///
/// # Errors
/// The database refused.
pub async fn insert(tx: &Transaction<'_>, study: &NewStudy<'_>) -> Result<()> {
    const SQL: &str = "
        INSERT INTO studies (id, name, cluster_id, template_id, objective_metric, objective_k, objective_direction,
                             status, baseline_metric, best_metric, best_trial_id, parent_study_id, parent_proposal_id,
                             parent_proposal_followup_index, auto_followup_depth)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 'completed', $8, $9, $10, $11, $12, $13, $14)";
    let lineage = study.lineage;
    tx.execute(
        SQL,
        &[
            &study.id,
            &study.name,
            &study.cluster_id,
            &study.template_id,
            &study.objective.metric,
            &study.objective.k,
            &study.objective.direction.as_str(),
            &study.outcome.baseline_metric,
            &study.outcome.best_metric,
            &study.outcome.best_trial_id,
            &lineage.parent_study_id,
            &lineage.parent_follow_up.map(|parent| parent.proposal_id),
            &lineage.parent_follow_up.map(|parent| parent.index),
            &lineage.auto_followup_depth,
        ],
    )
    .await?;
    Ok(())
}

/// A study to write.
#[derive(Debug)]
pub struct NewStudy<'a> {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: &'a str,
    /// The cluster it ran against.
    pub cluster_id: Uuid,
    /// The template it tuned.
    pub template_id: Uuid,
    /// What it optimised.
    pub objective: &'a Objective,
    /// What came of it.
    pub outcome: Outcome,
    /// Where it comes from.
    pub lineage: &'a Lineage,
}

/// Reads a row with all columns of `studies`.
///
/// # Errors
/// A column holds a word that the ledger does not know.
pub(super) fn from_row(row: &Row) -> Result<Study> {
    let direction: &str = row.get("objective_direction");
    Ok(Study {
        id: row.get("id"),
        name: row.get("name"),
        cluster_id: row.get("cluster_id"),
        template_id: row.get("template_id"),
        objective: Objective {
            metric: row.get("objective_metric"),
            k: row.get("objective_k"),
            direction: Direction::parse(direction)
                .ok_or_else(|| Error::unreadable("studies.objective_direction", direction))?,
        },
        status: row.get("status"),
        baseline_metric: row.get("baseline_metric"),
        best_metric: row.get("best_metric"),
        best_trial_id: row.get("best_trial_id"),
        lineage: Lineage {
            parent_study_id: row.get("parent_study_id"),
            parent_follow_up: row
                .get::<_, Option<Uuid>>("parent_proposal_id")
                .zip(row.get::<_, Option<i32>>("parent_proposal_followup_index"))
                .map(|(proposal_id, index)| FollowUpOf { proposal_id, index }),
            auto_followup_depth: row.get("auto_followup_depth"),
        },
        created_at: row.get("created_at"),
    })
}
