//! Leases: one free lane and its due jobs for one runner at a time, by PostgreSQL's clock.

use std::time::Duration;

use jiff::Timestamp;
use uuid::Uuid;

use super::{
    Queries, Transaction,
    jobs::{self, Job, Kind},
};
use crate::error::Result;

/// A lease that was just taken.
#[derive(Debug, Clone)]
pub struct Lease {
    /// The lane.
    pub lane: String,
    /// The lane's epoch, one more than before.
    pub epoch: i64,
    /// Proves the lease.
    pub token: Uuid,
    /// When the lease before it ended by itself; none when it was freed or revoked.
    pub last_ended_at: Option<Timestamp>,
}

/// A job of a lease.
#[derive(Debug, Clone)]
pub struct Leased {
    /// The job.
    pub job: Job,
    /// The epoch of a former lease that ended without an answer about this job.
    pub lost_epoch: Option<i64>,
    /// From its first lease to the end of the last one.
    pub tried_for: Duration,
}

/// Takes the free lane that has the most urgent due job of these kinds, if there is one; nobody else gets it before the lease ends.
///
/// # Errors
/// The database refused.
pub async fn take(
    tx: &Transaction<'_>,
    kinds: &[Kind],
    holder: &str,
    duration: Duration,
) -> Result<Option<Lease>> {
    const SQL: &str = "
        WITH free AS (
            SELECT lanes.key, lanes.expires_at AS last_ended_at
            FROM jobs
            JOIN lanes ON lanes.key = jobs.lane
            WHERE jobs.ended_at IS NULL
              AND jobs.due_at <= now()
              AND jobs.kind = ANY($1)
              AND (lanes.expires_at IS NULL OR lanes.expires_at <= now())
            ORDER BY jobs.priority DESC, jobs.due_at
            LIMIT 1
            FOR NO KEY UPDATE OF lanes SKIP LOCKED
        )
        UPDATE lanes
        SET epoch = lanes.epoch + 1,
            token = $2,
            holder = $3,
            expires_at = now() + make_interval(secs => $4)
        FROM free
        WHERE lanes.key = free.key
        RETURNING lanes.key, lanes.epoch, free.last_ended_at";
    let token = Uuid::new_v4();
    let row = tx.query_opt(SQL, &[&names(kinds), &token, &holder, &duration.as_secs_f64()]).await?;
    Ok(row.map(|row| Lease {
        lane: row.get("key"),
        epoch: row.get("epoch"),
        token,
        last_ended_at: row.get("last_ended_at"),
    }))
}

/// Marks up to `limit` due jobs of these kinds as the lease's, in the order to do them.
///
/// None when another runner was faster: the lane was chosen by an older snapshot. One whose runner went silent begins anew when somebody
/// wanted it once more since; tidying up is wanted by each silence, its own included, so it does not.
///
/// # Errors
/// The database refused.
pub async fn mark(
    tx: &Transaction<'_>,
    lease: &Lease,
    kinds: &[Kind],
    limit: i64,
) -> Result<Vec<Leased>> {
    const SQL: &str = "
        WITH due AS (
            SELECT id,
                   leased_epoch AS lost_epoch,
                   leased_epoch IS NOT NULL AND wanted > leased_wanted AND kind <> 'tidy_pull_request' AS begins_anew
            FROM jobs
            WHERE lane = $1
              AND ended_at IS NULL
              AND due_at <= now()
              AND kind = ANY($2)
            ORDER BY priority DESC, due_at, id
            LIMIT $3
            FOR NO KEY UPDATE
        )
        UPDATE jobs
        SET attempt = CASE WHEN due.begins_anew THEN 1 ELSE attempt + 1 END,
            leased_epoch = $4,
            leased_wanted = wanted,
            first_leased_at = CASE WHEN due.begins_anew THEN now() ELSE COALESCE(first_leased_at, now()) END
        FROM due
        WHERE jobs.id = due.id
        RETURNING jobs.*,
                  due.lost_epoch,
                  EXTRACT(EPOCH FROM COALESCE($5, now()) - first_leased_at)::float8 AS tried_for_seconds";
    let rows = tx
        .query(SQL, &[&lease.lane, &names(kinds), &limit, &lease.epoch, &lease.last_ended_at])
        .await?;
    let mut leased = rows
        .iter()
        .map(|row| {
            let seconds: f64 = row.get("tried_for_seconds");
            Ok(Leased {
                job: jobs::from_row(row)?,
                lost_epoch: row.get("lost_epoch"),
                tried_for: Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX),
            })
        })
        .collect::<Result<Vec<_>>>()?;
    leased.sort_by_key(|Leased { job, .. }| (-i32::from(job.priority), job.due_at, job.id));
    Ok(leased)
}

/// Prolongs a lease to its full duration from now; `false` when it is not the token's any more.
///
/// # Errors
/// The database refused.
pub async fn renew(
    client: &impl Queries,
    lane: &str,
    token: Uuid,
    duration: Duration,
) -> Result<bool> {
    const SQL: &str = "
        UPDATE lanes
        SET expires_at = now() + make_interval(secs => $3)
        WHERE key = $1
          AND token = $2
          AND expires_at > clock_timestamp()";
    Ok(client.execute(SQL, &[&lane, &token, &duration.as_secs_f64()]).await? > 0)
}

/// How long until a job of these kinds can be leased as far as is known now; zero when one can be already.
///
/// # Errors
/// The database refused.
pub async fn next_due(client: &impl Queries, kinds: &[Kind]) -> Result<Option<Duration>> {
    const SQL: &str = "
        SELECT EXTRACT(EPOCH FROM
            min(GREATEST(jobs.due_at, COALESCE(lanes.expires_at, jobs.due_at))) - clock_timestamp()
        )::float8 AS seconds
        FROM jobs
        JOIN lanes ON lanes.key = jobs.lane
        WHERE jobs.ended_at IS NULL
          AND jobs.kind = ANY($1)";
    let seconds: Option<f64> = client.query_one(SQL, &[&names(kinds)]).await?.get("seconds");
    Ok(seconds
        .map(|seconds| Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX)))
}

/// The answer to a job's lease: who gave it, and what was asked.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// The lease's token.
    pub token: Uuid,
    /// The hash of the call.
    pub sha256: &'a [u8],
}

/// Ends a job.
///
/// # Errors
/// The database refused.
pub async fn end(
    tx: &Transaction<'_>,
    job: &Job,
    answer: Answer<'_>,
    outcome: jobs::Outcome,
) -> Result<()> {
    const SQL: &str = "
        UPDATE jobs
        SET outcome = $2,
            ended_at = now(),
            answered_token = $3,
            answered_sha256 = $4,
            answered_retry = false
        WHERE id = $1";
    tx.execute(SQL, &[&job.id, &outcome.as_str(), &answer.token, &answer.sha256]).await?;
    Ok(())
}

/// Ends a leased job that nobody is going to answer for, and keeps why.
///
/// # Errors
/// The database refused.
pub async fn give_up(tx: &Transaction<'_>, job: &Job, reason: &str, message: &str) -> Result<()> {
    const SQL: &str = "
        UPDATE jobs
        SET outcome = 'failed',
            ended_at = now(),
            attempt = attempt - 1,
            last_reason = $2,
            last_message = $3
        WHERE id = $1";
    tx.execute(SQL, &[&job.id, &reason, &message]).await?;
    Ok(())
}

/// Queues a job again as new: somebody wanted it once more, at once unless they said later.
///
/// # Errors
/// The database refused.
pub async fn restart(tx: &Transaction<'_>, job: &Job, answer: Answer<'_>) -> Result<()> {
    const SQL: &str = "
        UPDATE jobs
        SET due_at = GREATEST(due_at, now()),
            attempt = 0,
            first_leased_at = NULL,
            leased_epoch = NULL,
            answered_token = $2,
            answered_sha256 = $3,
            answered_retry = true
        WHERE id = $1";
    tx.execute(SQL, &[&job.id, &answer.token, &answer.sha256]).await?;
    Ok(())
}

/// Queues a job again after `wait`, and gives when it is due. An attempt that is not counted leaves no trace in number and age.
///
/// # Errors
/// The database refused.
pub async fn postpone(
    tx: &Transaction<'_>,
    job: &Job,
    answer: Answer<'_>,
    wait: Duration,
    is_counted: bool,
) -> Result<Timestamp> {
    const SQL: &str = "
        UPDATE jobs
        SET due_at = now() + make_interval(secs => $4),
            attempt = attempt - CASE WHEN $5 THEN 0 ELSE 1 END,
            first_leased_at = first_leased_at + CASE WHEN $5 THEN '0' ELSE make_interval(secs => $4) END,
            leased_epoch = NULL,
            answered_token = $2,
            answered_sha256 = $3,
            answered_retry = true
        WHERE id = $1
        RETURNING due_at";
    let row = tx
        .query_one(SQL, &[&job.id, &answer.token, &answer.sha256, &wait.as_secs_f64(), &is_counted])
        .await?;
    Ok(row.get("due_at"))
}

/// Keeps why a job's last attempt failed.
///
/// # Errors
/// The database refused.
pub async fn note_failure(
    tx: &Transaction<'_>,
    job: &Job,
    reason: &str,
    message: &str,
) -> Result<()> {
    const SQL: &str = "
        UPDATE jobs
        SET last_reason = $2, last_message = $3
        WHERE id = $1";
    tx.execute(SQL, &[&job.id, &reason, &message]).await?;
    Ok(())
}

fn names(kinds: &[Kind]) -> Vec<&'static str> {
    kinds.iter().map(|kind| kind.as_str()).collect()
}
