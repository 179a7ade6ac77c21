//! Jobs as rows: what is wanted, one live row per kind and generation of a subject. Knows no lease but the epoch it was leased in.

use std::time::Duration;

use jiff::Timestamp;
use pullwright_pg::Row;
use pullwright_rpc::Context;
use pullwright_telemetry::trace_context;
use uuid::Uuid;

use super::{Queries, Transaction, lanes};
pub use crate::domain::job::{Kind, Outcome};
use crate::error::{Error, Result};

/// A job that is wanted. Trace and request id come from the running request.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// What to do.
    pub kind: Kind,
    /// The proposal.
    pub subject: Uuid,
    /// The proposal's generation.
    pub generation: i32,
    /// The lane that the effect belongs to (`domain::job::push_lane`).
    pub lane: String,
    /// How long it is left alone first; a live one is left alone for as long again.
    pub wait: Duration,
    /// Why, for people.
    pub reason: Option<String>,
}

/// The live job that stands for an intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enqueued {
    /// The job.
    pub job_id: Uuid,
    /// Whether it was made now; otherwise one was live and remembers that it is wanted again.
    pub is_new: bool,
}

/// A job's row.
#[derive(Debug, Clone)]
pub struct Job {
    /// The job's id.
    pub id: Uuid,
    /// What it does.
    pub kind: Kind,
    /// The proposal.
    pub subject: Uuid,
    /// The proposal's generation.
    pub generation: i32,
    /// The lane.
    pub lane: String,
    /// The higher, the sooner.
    pub priority: i16,
    /// When it may be leased.
    pub due_at: Timestamp,
    /// Attempts that count towards giving up.
    pub attempt: i32,
    /// The lane's epoch when it was last leased and has not been answered since.
    pub leased_epoch: Option<i64>,
    /// How often it was wanted when it was last leased.
    pub leased_wanted: Option<i64>,
    /// How often it was wanted.
    pub wanted: i64,
    /// Why it is wanted, for people.
    pub reason: Option<String>,
    /// The W3C traceparent of the request that wanted it.
    pub traceparent: Option<String>,
    /// The id of the request that wanted it.
    pub request_id: String,
    /// Whether it is over.
    pub has_ended: bool,
    /// The token of the last answer.
    pub answered_token: Option<Uuid>,
    /// The hash of the last answer.
    pub answered_sha256: Option<Vec<u8>>,
    /// What the last answer was told about trying again.
    pub answered_retry: Option<bool>,
}

impl Job {
    /// Whether somebody wanted it again since it was leased.
    #[must_use]
    pub fn is_wanted_again(&self) -> bool {
        self.leased_wanted.is_some_and(|leased| self.wanted > leased)
    }

    /// Whether `token` answered before with this very content.
    #[must_use]
    pub fn was_answered(&self, token: Uuid, sha256: &[u8]) -> bool {
        self.answered_token == Some(token) && self.answered_sha256.as_deref() == Some(sha256)
    }
}

/// Queues a job in the transaction of the state that wants it, or joins the one that is live: a click does not wait for a backoff.
///
/// # Errors
/// The database refused.
pub async fn enqueue(tx: &Transaction<'_>, job: &NewJob) -> Result<Enqueued> {
    const SQL: &str = "
        INSERT INTO jobs (id, kind, subject, generation, lane, priority, reason, traceparent, request_id, due_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, now() + make_interval(secs => $10))
        ON CONFLICT (kind, subject, generation) WHERE ended_at IS NULL DO UPDATE
        SET wanted = jobs.wanted + 1,
            priority = GREATEST(jobs.priority, excluded.priority),
            due_at = CASE
                WHEN excluded.due_at > now() THEN GREATEST(jobs.due_at, excluded.due_at)
                ELSE LEAST(jobs.due_at, now())
            END,
            reason = COALESCE(excluded.reason, jobs.reason)
        RETURNING id";
    lanes::create(tx, &job.lane).await?;
    let id = Uuid::now_v7();
    let row = tx
        .query_one(
            SQL,
            &[
                &id,
                &job.kind.as_str(),
                &job.subject,
                &job.generation,
                &job.lane,
                &job.kind.priority(),
                &job.reason,
                &trace_context::current_traceparent(),
                &Context::request_id(),
                &job.wait.as_secs_f64(),
            ],
        )
        .await?;
    let job_id: Uuid = row.get("id");
    Ok(Enqueued { job_id, is_new: job_id == id })
}

/// Locks the lanes of everything that is waiting or running for these subjects, in one order, so that two that call off what is in
/// several lanes do not wait for each other.
///
/// # Errors
/// The database refused.
pub async fn lock_lanes(tx: &Transaction<'_>, subjects: &[Uuid]) -> Result<()> {
    const SQL: &str = "
        SELECT key
        FROM lanes
        WHERE key IN (
            SELECT lane
            FROM jobs
            WHERE subject = ANY($1) AND ended_at IS NULL
        )
        ORDER BY key
        FOR NO KEY UPDATE";
    tx.query(SQL, &[&subjects]).await?;
    Ok(())
}

/// Cancels a generation's live job unless a runner has it in its hands; tells whether it did.
///
/// One whose runner announced an effect and was not heard of since stays: who leases it next takes care of what is left.
///
/// # Errors
/// The database refused.
pub async fn cancel_queued(
    tx: &Transaction<'_>,
    kind: Kind,
    subject: Uuid,
    generation: i32,
) -> Result<bool> {
    const SQL: &str = "
        UPDATE jobs
        SET outcome = 'cancelled', ended_at = now(), leased_epoch = NULL
        FROM lanes
        WHERE jobs.kind = $1
          AND jobs.subject = $2
          AND jobs.generation = $3
          AND jobs.ended_at IS NULL
          AND lanes.key = jobs.lane
          AND (jobs.leased_epoch IS DISTINCT FROM lanes.epoch
               OR lanes.token IS NULL
               OR lanes.expires_at <= clock_timestamp())
          AND NOT EXISTS (
              SELECT FROM unsettled_effects
              WHERE job_id = jobs.id AND epoch = jobs.leased_epoch
          )";
    let Some(lane) = live_lane(tx, kind, subject, generation).await? else { return Ok(false) };
    lanes::lock(tx, &lane).await?;
    Ok(tx.execute(SQL, &[&kind.as_str(), &subject, &generation]).await? > 0)
}

/// Whether a job of this kind is waiting or running for a generation of the subject.
///
/// # Errors
/// The database refused.
pub async fn has_live(
    client: &impl Queries,
    kind: Kind,
    subject: Uuid,
    generation: i32,
) -> Result<bool> {
    Ok(live_lane(client, kind, subject, generation).await?.is_some())
}

/// Whether a job of this kind is in a runner's hands, or was when its runner went silent.
///
/// # Errors
/// The database refused.
pub async fn is_leased(
    client: &impl Queries,
    kind: Kind,
    subject: Uuid,
    generation: i32,
) -> Result<bool> {
    const SQL: &str = "
        SELECT EXISTS (
            SELECT FROM jobs
            WHERE kind = $1
              AND subject = $2
              AND generation = $3
              AND ended_at IS NULL
              AND leased_epoch IS NOT NULL
        ) AS is_leased";
    let row = client.query_one(SQL, &[&kind.as_str(), &subject, &generation]).await?;
    Ok(row.get("is_leased"))
}

/// The kinds of what is waiting or running for the subject, whichever generation it is for.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn live_kinds(client: &impl Queries, subject: Uuid) -> Result<Vec<Kind>> {
    const SQL: &str = "
        SELECT DISTINCT kind
        FROM jobs
        WHERE subject = $1 AND ended_at IS NULL";
    client.query(SQL, &[&subject]).await?.iter().map(read_kind).collect()
}

/// Jobs of one kind that are due and in nobody's hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// The kind.
    pub kind: Kind,
    /// How many there are.
    pub jobs: i64,
    /// For how long the one has been due that is due longest.
    pub longest: Duration,
}

/// What is due and not leased, by kind.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn waiting(client: &impl Queries) -> Result<Vec<Waiting>> {
    const SQL: &str = "
        SELECT kind,
               count(*) AS jobs,
               EXTRACT(EPOCH FROM now() - min(due_at))::float8 AS longest_seconds
        FROM jobs
        JOIN lanes ON lanes.key = jobs.lane
        WHERE jobs.ended_at IS NULL
          AND jobs.due_at <= now()
          AND (jobs.leased_epoch IS DISTINCT FROM lanes.epoch
               OR lanes.token IS NULL
               OR lanes.expires_at <= now())
        GROUP BY kind";
    let rows = client.query(SQL, &[]).await?;
    rows.iter()
        .map(|row| {
            let seconds: f64 = row.get("longest_seconds");
            let longest = Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX);
            Ok(Waiting { kind: read_kind(row)?, jobs: row.get("jobs"), longest })
        })
        .collect()
}

/// Reads a job without locking it.
///
/// # Errors
/// The database refused.
pub async fn find(tx: &Transaction<'_>, id: Uuid) -> Result<Option<Job>> {
    const SQL: &str = "
        SELECT *
        FROM jobs
        WHERE id = $1";
    tx.query_opt(SQL, &[&id]).await?.as_ref().map(from_row).transpose()
}

/// Locks a job until the end of the transaction, after its proposal and its lane; tells how long ago it was leased first.
///
/// # Errors
/// The database refused.
pub async fn lock(tx: &Transaction<'_>, id: Uuid) -> Result<Option<(Job, Duration)>> {
    const SQL: &str = "
        SELECT *, COALESCE(EXTRACT(EPOCH FROM now() - first_leased_at), 0)::float8 AS age_seconds
        FROM jobs
        WHERE id = $1
        FOR NO KEY UPDATE";
    let row = tx.query_opt(SQL, &[&id]).await?;
    row.as_ref()
        .map(|row| {
            let age = Duration::try_from_secs_f64(row.get::<_, f64>("age_seconds").max(0.0));
            Ok((from_row(row)?, age.unwrap_or(Duration::MAX)))
        })
        .transpose()
}

/// The live jobs of a lane.
///
/// # Errors
/// The database refused.
pub async fn live_in_lane(tx: &Transaction<'_>, lane: &str) -> Result<Vec<Job>> {
    const SQL: &str = "
        SELECT *
        FROM jobs
        WHERE lane = $1 AND ended_at IS NULL
        ORDER BY id";
    tx.query(SQL, &[&lane]).await?.iter().map(from_row).collect()
}

async fn live_lane(
    client: &impl Queries,
    kind: Kind,
    subject: Uuid,
    generation: i32,
) -> Result<Option<String>> {
    const SQL: &str = "
        SELECT lane
        FROM jobs
        WHERE kind = $1 AND subject = $2 AND generation = $3 AND ended_at IS NULL";
    let row = client.query_opt(SQL, &[&kind.as_str(), &subject, &generation]).await?;
    Ok(row.map(|row| row.get("lane")))
}

fn read_kind(row: &Row) -> Result<Kind> {
    let kind: &str = row.get("kind");
    Kind::parse(kind).ok_or_else(|| Error::unreadable("jobs.kind", kind))
}

/// Reads a row with all columns of `jobs`.
pub(super) fn from_row(row: &Row) -> Result<Job> {
    Ok(Job {
        id: row.get("id"),
        kind: read_kind(row)?,
        subject: row.get("subject"),
        generation: row.get("generation"),
        lane: row.get("lane"),
        priority: row.get("priority"),
        due_at: row.get("due_at"),
        attempt: row.get("attempt"),
        leased_epoch: row.get("leased_epoch"),
        leased_wanted: row.get("leased_wanted"),
        wanted: row.get("wanted"),
        reason: row.get("reason"),
        traceparent: row.get("traceparent"),
        request_id: row.get("request_id"),
        has_ended: row.get::<_, Option<Timestamp>>("ended_at").is_some(),
        answered_token: row.get("answered_token"),
        answered_sha256: row.get("answered_sha256"),
        answered_retry: row.get("answered_retry"),
    })
}
