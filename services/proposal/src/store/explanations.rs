//! What a proposal is explained by: where its jobs and leases stand by PostgreSQL's clock, and what was told last.

use std::time::Duration;

use jiff::Timestamp;
use pullwright_pg::{Row, types::Json};
use uuid::Uuid;

use super::{Queries, jobs::Kind};
use crate::{
    domain::{
        Detail,
        explain::{Facts, Told, Watch, Work, WorkState},
    },
    error::{Error, Result},
};

/// The facts about a proposal; `lease_duration` tells from the end of a lease when its runner was heard of. None when it is gone.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn facts(
    client: &impl Queries,
    detail: &Detail,
    lease_duration: Duration,
) -> Result<Option<Facts>> {
    const SQL: &str = "
        SELECT clock_timestamp() AS now,
               generations.owner || '/' || generations.name AS repository,
               EXISTS (
                   SELECT FROM generations AS any_generation
                   WHERE any_generation.proposal_id = proposals.id AND any_generation.pr_state = 'open'
               ) AS has_open_pull_request,
               live_proposals.proposal_id AS live_id,
               live_proposals.pr_merged_at AS live_since
        FROM proposals
        LEFT JOIN generations ON generations.proposal_id = proposals.id AND generations.number = proposals.generation
        LEFT JOIN live_proposals ON live_proposals.config_repo_id = COALESCE(generations.repository_id, proposals.config_repo_id)
        WHERE proposals.id = $1";
    let id = detail.proposal.id;
    let Some(row) = client.query_opt(SQL, &[&id]).await? else { return Ok(None) };
    let live_id: Option<Uuid> = row.get("live_id");
    Ok(Some(Facts {
        now: row.get("now"),
        proposal: detail.proposal.clone(),
        has_changes: !detail.changes.is_empty(),
        obstacle: None,
        repository: row.get("repository"),
        branch: detail.branch.clone(),
        has_open_pull_request: row.get("has_open_pull_request"),
        live: live_id.zip(row.get("live_since")),
        watch: watch(client, id).await?,
        work: work(client, id, lease_duration).await?,
        told: told(client, id).await?,
    }))
}

/// How the current generation's pull request is watched.
async fn watch(client: &impl Queries, id: Uuid) -> Result<Option<Watch>> {
    const SQL: &str = "
        SELECT watch.due_at,
               watch.disputed_at,
               watch.gone_at,
               watch.reason,
               watch.message,
               looks.reason AS repository_reason,
               looks.message AS repository_message
        FROM proposals
        JOIN pull_request_watches AS watch ON watch.proposal_id = proposals.id AND watch.generation = proposals.generation
        LEFT JOIN looks ON looks.kind = 'reconcile_pull_requests' AND looks.subject = watch.repository_id
        WHERE proposals.id = $1";
    let row = client.query_opt(SQL, &[&id]).await?;
    Ok(row.map(|row| {
        let problem = |reason: &str, message: &str| {
            let reason: Option<String> = row.get(reason);
            reason.zip(row.get(message))
        };
        Watch {
            next_at: row.get("due_at"),
            disputed_since: row.get("disputed_at"),
            gone_since: row.get("gone_at"),
            problem: problem("reason", "message"),
            repository_problem: problem("repository_reason", "repository_message"),
        }
    }))
}

async fn work(client: &impl Queries, id: Uuid, lease_duration: Duration) -> Result<Vec<Work>> {
    const SQL: &str = "
        SELECT jobs.kind,
               jobs.generation,
               jobs.due_at,
               jobs.attempt,
               jobs.last_reason,
               jobs.last_message,
               jobs.leased_epoch IS NOT NULL AS was_leased,
               jobs.due_at <= now() AS is_due,
               lanes.token IS NOT NULL AND lanes.expires_at > now() AS is_held,
               lanes.token IS NOT NULL AND lanes.expires_at > now() AND jobs.leased_epoch = lanes.epoch AS is_running,
               lanes.holder,
               lanes.expires_at,
               lanes.expires_at - make_interval(secs => $2) AS heard_at,
               (
                   SELECT count(*)
                   FROM jobs AS ahead
                   WHERE ahead.lane = jobs.lane
                     AND ahead.ended_at IS NULL
                     AND ahead.due_at <= now()
                     AND (-ahead.priority, ahead.due_at, ahead.id) < (-jobs.priority, jobs.due_at, jobs.id)
               ) AS jobs_ahead
        FROM jobs
        JOIN lanes ON lanes.key = jobs.lane
        WHERE jobs.subject = $1 AND jobs.ended_at IS NULL
        ORDER BY jobs.id";
    let rows = client.query(SQL, &[&id, &lease_duration.as_secs_f64()]).await?;
    rows.iter().map(one).collect()
}

fn one(row: &Row) -> Result<Work> {
    let kind: &str = row.get("kind");
    let is = |column: &str| row.get::<_, Option<bool>>(column).unwrap_or_default();
    let holder: Option<String> = row.get("holder");
    let expires_at: Option<Timestamp> = row.get("expires_at");
    let state = match (holder.clone(), expires_at) {
        (Some(holder), Some(expires_at)) if is("is_running") => {
            WorkState::Running { holder, heard_at: row.get("heard_at"), expires_at }
        }
        _ if is("is_due") => WorkState::Queued { is_lost: is("was_leased") },
        _ => WorkState::Waiting,
    };
    let reason: Option<String> = row.get("last_reason");
    let message: Option<String> = row.get("last_message");
    Ok(Work {
        kind: Kind::parse(kind).ok_or_else(|| Error::unreadable("jobs.kind", kind))?,
        generation: row.get("generation"),
        due_at: row.get("due_at"),
        attempt: row.get("attempt"),
        last_problem: reason.map(|reason| (reason, message.unwrap_or_default())),
        jobs_ahead: row.get("jobs_ahead"),
        lane_holder: holder.filter(|_| is("is_held") && !is("is_running")),
        lease_ended_at: expires_at.filter(|_| !is("is_held")),
        state,
    })
}

async fn told(client: &impl Queries, id: Uuid) -> Result<Vec<Told>> {
    const SQL: &str = "
        SELECT DISTINCT ON (kind, facts ->> 'job') id, kind, actor, facts, created_at
        FROM events
        WHERE proposal_id = $1
        ORDER BY kind, facts ->> 'job', id DESC";
    let rows = client.query(SQL, &[&id]).await?;
    let told = |row: &Row| Told {
        id: row.get("id"),
        kind: row.get("kind"),
        actor: row.get("actor"),
        facts: row.get::<_, Json<_>>("facts").0,
        at: row.get("created_at"),
    };
    Ok(rows.iter().map(told).collect())
}
