//! What is to be looked at as rows: when next, and how it went. The jobs that do it live while they are due, one row for each.

use std::time::Duration;

use pullwright_pg::Row;
use uuid::Uuid;

use super::{Queries, Transaction};
use crate::{
    domain::job::{Kind, Read, read_lane},
    error::{Error, Result},
};

/// How a look ended.
#[derive(Debug, Clone, Copy)]
pub struct Ended<'a> {
    /// When to look again.
    pub wait: Duration,
    /// What the next wait grows from, after a failure.
    pub distance: Option<Duration>,
    /// Reason and message of what was wrong.
    pub problem: Option<(&'a str, &'a str)>,
}

/// Makes what is looked at what there is: repositories and Apps that are there and what they have.
///
/// # Errors
/// The database refused.
pub async fn align(tx: &Transaction<'_>) -> Result<()> {
    const SQL: &str = "
        WITH wanted AS (
            SELECT kind, id AS subject
            FROM repositories, unnest(ARRAY['reconcile_pull_requests', 'sweep_orphans']) AS kind
            WHERE deleted_at IS NULL
            UNION ALL
            SELECT 'register_webhook', id
            FROM repositories
            WHERE deleted_at IS NULL AND has_webhook
            UNION ALL
            SELECT 'fill_delivery_gaps', id
            FROM repositories
            WHERE deleted_at IS NULL AND has_webhook AND webhook_id > 0
            UNION ALL
            SELECT 'fill_delivery_gaps', id
            FROM apps
            WHERE deleted_at IS NULL AND has_webhook
        ), unwanted AS (
            DELETE FROM looks
            WHERE (kind, subject) NOT IN (SELECT kind, subject FROM wanted)
        )
        INSERT INTO looks (kind, subject)
        SELECT kind, subject
        FROM wanted
        ON CONFLICT (kind, subject) DO NOTHING";
    tx.execute(SQL, &[]).await?;
    Ok(())
}

/// Has one of these subjects looked at now; one that is being looked at is looked at once more.
///
/// # Errors
/// The database refused.
pub async fn hasten(tx: &Transaction<'_>, read: Read, subjects: &[Uuid]) -> Result<()> {
    const SQL: &str = "
        UPDATE looks
        SET next_at = LEAST(next_at, now()), distance = NULL
        WHERE kind = $1 AND subject = ANY($2)";
    // Whoever ends a job has locked it before this.
    const WANT_AGAIN: &str = "
        UPDATE jobs
        SET wanted = wanted + 1
        WHERE id IN (
            SELECT id
            FROM jobs
            WHERE kind = $1 AND subject = ANY($2) AND generation = 0 AND ended_at IS NULL
            ORDER BY id
            FOR NO KEY UPDATE
        )";
    tx.execute(WANT_AGAIN, &[&read.as_str(), &subjects]).await?;
    tx.execute(SQL, &[&read.as_str(), &subjects]).await?;
    Ok(())
}

/// Has every hook's log read now.
///
/// # Errors
/// The database refused.
pub async fn hasten_gaps(client: &impl Queries) -> Result<()> {
    const SQL: &str = "
        UPDATE looks
        SET next_at = now()
        WHERE (kind, subject) IN (
            SELECT kind, subject
            FROM looks
            WHERE kind = 'fill_delivery_gaps' AND next_at > now()
            FOR NO KEY UPDATE SKIP LOCKED
        )";
    client.execute(SQL, &[]).await?;
    Ok(())
}

/// What is due and nobody looks at, at most `most` of each sort. Where nothing was ever opened, nothing can be left: orphans of such
/// repositories are put off for `sweep_every`.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn due(
    tx: &Transaction<'_>,
    most: i64,
    sweep_every: Duration,
) -> Result<Vec<(Read, Uuid)>> {
    const SQL: &str = "
        WITH idle AS (
            UPDATE looks
            SET next_at = now() + make_interval(secs => $2)
            WHERE kind = 'sweep_orphans'
              AND next_at <= now()
              AND NOT EXISTS (
                  SELECT FROM generations
                  WHERE generations.repository_id = looks.subject
              )
            RETURNING subject
        )
        (
            SELECT kind, subject
            FROM looks
            WHERE kind <> 'reconcile_pull_requests'
              AND next_at <= now()
              AND (kind <> 'sweep_orphans' OR subject NOT IN (SELECT subject FROM idle))
              AND NOT EXISTS (
                  SELECT FROM jobs
                  WHERE jobs.kind = looks.kind
                    AND jobs.subject = looks.subject
                    AND jobs.generation = 0
                    AND jobs.ended_at IS NULL
              )
            ORDER BY next_at
            LIMIT $1
        )
        UNION ALL
        (
            SELECT looks.kind, looks.subject
            FROM looks
            WHERE looks.kind = 'reconcile_pull_requests'
              AND looks.subject IN (SELECT repository_id FROM pull_request_watches WHERE due_at <= now())
              AND looks.next_at <= now()
              AND NOT EXISTS (
                  SELECT FROM jobs
                  WHERE jobs.kind = looks.kind
                    AND jobs.subject = looks.subject
                    AND jobs.generation = 0
                    AND jobs.ended_at IS NULL
              )
            LIMIT $1
        )";
    let rows = tx.query(SQL, &[&most, &sweep_every.as_secs_f64()]).await?;
    rows.iter().map(|row| Ok((read_kind(row)?, row.get("subject")))).collect()
}

/// Queues the jobs that look; one that is queued already stays as it is. Gives how many were queued.
///
/// # Errors
/// The database refused.
pub async fn enqueue(tx: &Transaction<'_>, due: &[(Read, Uuid)]) -> Result<u64> {
    const LANES: &str = "
        INSERT INTO lanes (key)
        SELECT wanted.key
        FROM unnest($1::text[]) AS wanted(key)
        WHERE NOT EXISTS (
            SELECT FROM lanes
            WHERE lanes.key = wanted.key
        )
        ON CONFLICT (key) DO NOTHING";
    const JOBS: &str = "
        INSERT INTO jobs (id, kind, subject, generation, lane, priority)
        SELECT id, kind, subject, 0, lane, $5
        FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[]) AS due(id, kind, subject, lane)
        ON CONFLICT (kind, subject) WHERE generation = 0 DO UPDATE
        SET due_at = now(),
            attempt = 0,
            first_leased_at = NULL,
            leased_epoch = NULL,
            leased_wanted = NULL,
            wanted = 1,
            last_reason = NULL,
            last_message = NULL,
            outcome = NULL,
            ended_at = NULL,
            created_at = now()
        WHERE jobs.ended_at IS NOT NULL";
    let ids: Vec<_> = due.iter().map(|_| Uuid::now_v7()).collect();
    let kinds: Vec<_> = due.iter().map(|(read, _)| read.as_str()).collect();
    let subjects: Vec<_> = due.iter().map(|(_, subject)| *subject).collect();
    let lanes: Vec<_> = due.iter().map(|(read, subject)| read_lane(*read, *subject)).collect();
    tx.execute(LANES, &[&lanes]).await?;
    let priority = Kind::Read(Read::PullRequests).priority();
    Ok(tx.execute(JOBS, &[&ids, &kinds, &subjects, &lanes, &priority]).await?)
}

/// How long was waited after the last failure; none when there was none. The outer none: it is not looked at any more.
///
/// # Errors
/// The database refused.
pub async fn last_distance(
    tx: &Transaction<'_>,
    read: Read,
    subject: Uuid,
) -> Result<Option<Option<Duration>>> {
    const SQL: &str = "
        SELECT EXTRACT(EPOCH FROM distance)::float8 AS seconds
        FROM looks
        WHERE kind = $1 AND subject = $2
        FOR NO KEY UPDATE";
    let row = tx.query_opt(SQL, &[&read.as_str(), &subject]).await?;
    Ok(row.map(|row| seconds(row.get("seconds"))))
}

/// Writes down how a look ended and when the next one is due.
///
/// # Errors
/// The database refused.
pub async fn end(tx: &Transaction<'_>, read: Read, subject: Uuid, ended: Ended<'_>) -> Result<()> {
    const SQL: &str = "
        UPDATE looks
        SET next_at = now() + make_interval(secs => $3),
            distance = make_interval(secs => $4),
            looked_at = now(),
            reason = $5,
            message = $6
        WHERE kind = $1 AND subject = $2";
    let Ended { wait, distance, problem } = ended;
    tx.execute(
        SQL,
        &[
            &read.as_str(),
            &subject,
            &wait.as_secs_f64(),
            &distance.map(|distance| distance.as_secs_f64()),
            &problem.map(|(reason, _)| reason),
            &problem.map(|(_, message)| message),
        ],
    )
    .await?;
    Ok(())
}

/// Keeps what is wrong with a look that is not over.
///
/// # Errors
/// The database refused.
pub async fn note(
    tx: &Transaction<'_>,
    read: Read,
    subject: Uuid,
    (reason, message): (&str, &str),
) -> Result<()> {
    const SQL: &str = "
        UPDATE looks
        SET reason = $3, message = $4
        WHERE kind = $1 AND subject = $2";
    tx.execute(SQL, &[&read.as_str(), &subject, &reason, &message]).await?;
    Ok(())
}

fn read_kind(row: &Row) -> Result<Read> {
    let kind: &str = row.get("kind");
    Read::parse(kind).ok_or_else(|| Error::unreadable("looks.kind", kind))
}

/// A length of time that the database told in seconds.
pub(super) fn seconds(seconds: Option<f64>) -> Option<Duration> {
    seconds.map(|seconds| Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX))
}
