//! Generations whose branches a runner found, with all that decides whether somebody wants them.

use std::time::Duration;

use pullwright_pg::Row;
use uuid::Uuid;

use super::Queries;
use crate::{
    domain::{PullRequestState, Status, job::Standing, orphan::Candidate},
    error::{Error, Result},
};

/// How long what could not be closed is left alone.
const LEFT_ALONE: Duration = Duration::from_secs(24 * 60 * 60);

/// The generations of these branches of a repository.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn candidates(
    client: &impl Queries,
    repository_id: Uuid,
    branches: &[&str],
) -> Result<Vec<Candidate>> {
    const SQL: &str = "
        SELECT generations.proposal_id,
               generations.number AS generation,
               generations.branch,
               generations.pr_number,
               generations.pr_state,
               proposals.status,
               proposals.generation AS current_generation,
               proposals.pr_state AS shown_state,
               ARRAY(
                   SELECT head_oid
                   FROM announcements
                   WHERE announcements.proposal_id = generations.proposal_id
                     AND announcements.generation = generations.number
               ) AS heads,
               EXISTS (
                   SELECT FROM jobs
                   WHERE jobs.subject = generations.proposal_id
                     AND jobs.generation = generations.number
                     AND jobs.ended_at IS NULL
               ) AS is_busy,
               EXISTS (
                   SELECT FROM jobs
                   WHERE jobs.subject = generations.proposal_id
                     AND jobs.generation = generations.number
                     AND jobs.kind IN ('close_pull_request', 'tidy_pull_request')
                     AND jobs.outcome = 'failed'
                     AND jobs.ended_at > now() - make_interval(secs => $3)
               ) AS was_given_up,
               (
                   SELECT max(id) FILTER (WHERE kind = 'pull_request_reopened')
                          > max(id) FILTER (WHERE kind IN ('close_completed', 'tidied', 'proposal_rejected', 'proposal_superseded'))
                   FROM events
                   WHERE events.proposal_id = generations.proposal_id
               ) AS was_reopened
        FROM generations
        JOIN proposals ON proposals.id = generations.proposal_id
        WHERE generations.repository_id = $1 AND generations.branch = ANY($2)
        ORDER BY generations.proposal_id, generations.number";
    let rows = client.query(SQL, &[&repository_id, &branches, &LEFT_ALONE.as_secs_f64()]).await?;
    rows.iter().map(from_row).collect()
}

/// Whether closing a generation was given up not long ago, such as in an archived repository: to try again would end the same.
///
/// # Errors
/// The database refused.
pub async fn was_given_up(
    client: &impl Queries,
    proposal_id: Uuid,
    generation: i32,
) -> Result<bool> {
    const SQL: &str = "
        SELECT EXISTS (
            SELECT FROM jobs
            WHERE subject = $1
              AND generation = $2
              AND kind IN ('close_pull_request', 'tidy_pull_request')
              AND outcome = 'failed'
              AND ended_at > now() - make_interval(secs => $3)
        ) AS was_given_up";
    let left_alone = LEFT_ALONE.as_secs_f64();
    let row = client.query_one(SQL, &[&proposal_id, &generation, &left_alone]).await?;
    Ok(row.get("was_given_up"))
}

fn from_row(row: &Row) -> Result<Candidate> {
    let state = |column: &'static str| -> Result<Option<PullRequestState>> {
        let state: Option<&str> = row.get(column);
        state
            .map(|state| {
                PullRequestState::parse(state).ok_or_else(|| Error::unreadable("pr_state", state))
            })
            .transpose()
    };
    let status: &str = row.get("status");
    Ok(Candidate {
        proposal_id: row.get("proposal_id"),
        generation: row.get("generation"),
        branch: row.get("branch"),
        standing: Standing {
            status: Status::parse(status)
                .ok_or_else(|| Error::unreadable("proposals.status", status))?,
            pull_request: state("shown_state")?,
            generation: row.get("current_generation"),
        },
        number: row.get("pr_number"),
        state: state("pr_state")?,
        heads: row.get("heads"),
        is_busy: row.get("is_busy"),
        was_given_up: row.get("was_given_up"),
        was_reopened: row.get::<_, Option<bool>>("was_reopened").unwrap_or_default(),
    })
}
