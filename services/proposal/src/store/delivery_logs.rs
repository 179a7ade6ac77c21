//! GitHub's logs of deliveries: how far each was read, and what is missing. The owner is a repository or an App.

use std::time::Duration;

use jiff::Timestamp;
use pullwright_pg::types::ToSql;
use uuid::Uuid;

use super::{Queries, Transaction};
use crate::{
    domain::schedule::{ANSWER_TIME, LOG_KEPT, MOST_ASKED, Pace},
    error::Result,
};

/// How far a log was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// Until when without a gap.
    pub checked_until: Option<Timestamp>,
    /// Where the next run goes on; empty when it begins with the newest.
    pub resume_cursor: String,
    /// The newest delivery's time when the run began that goes on.
    pub resume_newest: Option<Timestamp>,
}

/// A delivery as GitHub lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// GitHub's id of the attempt.
    pub attempt_id: i64,
    /// Its id, the same for every attempt.
    pub guid: String,
    /// The event.
    pub event: String,
    /// The event's action; may be empty.
    pub action: String,
    /// When it was sent.
    pub delivered_at: Timestamp,
    /// The status of our answer; 0 when there was none.
    pub status_code: i32,
}

impl Logged {
    /// The order of a delivery's attempts: GitHub tells times in whole seconds, and its ids grow.
    #[must_use]
    pub const fn order(&self) -> (Timestamp, i64) {
        (self.delivered_at, self.attempt_id)
    }
}

/// Deliveries that GitHub sent and that never came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NeverCame {
    /// They are asked for again.
    pub missing: i64,
    /// They were asked for often enough.
    pub lost: i64,
}

/// How many deliveries never came, of all logs.
///
/// # Errors
/// The database refused.
pub async fn counts(client: &impl Queries) -> Result<NeverCame> {
    const SQL: &str = "
        SELECT count(*) FILTER (WHERE state = 'missing') AS missing,
               count(*) FILTER (WHERE state = 'lost') AS lost
        FROM logged_deliveries";
    let row = client.query_one(SQL, &[]).await?;
    Ok(NeverCame { missing: row.get("missing"), lost: row.get("lost") })
}

/// How far a log was read; the beginning when it never was. What is missing and to be asked for again counts as not read.
///
/// # Errors
/// The database refused.
pub async fn progress(client: &impl Queries, owner_id: Uuid) -> Result<Progress> {
    const SQL: &str = "
        SELECT CASE WHEN checked_until IS NOT NULL THEN
                   LEAST(checked_until, (
                       SELECT min(delivered_at)
                       FROM logged_deliveries
                       WHERE owner_id = $1 AND state = 'missing' AND next_ask_at <= now()
                   ))
               END AS checked_until,
               resume_cursor,
               resume_newest
        FROM delivery_logs
        WHERE owner_id = $1";
    let row = client.query_opt(SQL, &[&owner_id]).await?;
    Ok(row
        .map(|row| Progress {
            checked_until: row.get("checked_until"),
            resume_cursor: row.get("resume_cursor"),
            resume_newest: row.get("resume_newest"),
        })
        .unwrap_or_default())
}

/// Writes down how far a log was read; what was read stays read.
///
/// # Errors
/// The database refused.
pub async fn advance(tx: &Transaction<'_>, owner_id: Uuid, to: &Progress) -> Result<()> {
    const SQL: &str = "
        INSERT INTO delivery_logs AS kept (owner_id, checked_until, resume_cursor, resume_newest)
        VALUES ($1, CASE WHEN $2::timestamptz IS NOT NULL THEN LEAST($2::timestamptz, now()) END, $3, $4)
        ON CONFLICT (owner_id) DO UPDATE
        SET checked_until = GREATEST(kept.checked_until, excluded.checked_until),
            resume_cursor = excluded.resume_cursor,
            resume_newest = excluded.resume_newest";
    let Progress { checked_until, resume_cursor, resume_newest } = to;
    tx.execute(SQL, &[&owner_id, checked_until, resume_cursor, resume_newest]).await?;
    Ok(())
}

/// Remembers those of these deliveries that never came; each id must stand there once, with its newest attempt. One that may still be on
/// its way is given the time that GitHub waits for our answer, and one that is older than `kept` may have been forgotten here.
///
/// # Errors
/// The database refused.
pub async fn remember(
    tx: &Transaction<'_>,
    owner_id: Uuid,
    logged: &[Logged],
    kept: Duration,
) -> Result<()> {
    const SQL: &str = "
        INSERT INTO logged_deliveries AS kept (owner_id, guid, event, action, attempt_id, delivered_at, status_code, next_ask_at)
        SELECT $1,
               told.guid,
               told.event,
               told.action,
               told.attempt_id,
               told.delivered_at,
               told.status_code,
               CASE WHEN told.status_code = 0 THEN GREATEST(now(), LEAST(told.delivered_at, now()) + make_interval(secs => $8)) ELSE now() END
        FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::timestamptz[], $7::integer[])
             AS told(guid, event, action, attempt_id, delivered_at, status_code)
        WHERE told.delivered_at > now() - make_interval(secs => $9)
          AND NOT EXISTS (
              SELECT FROM deliveries
              WHERE deliveries.guid = told.guid AND deliveries.owner_id = $1
          )
        ORDER BY told.guid
        ON CONFLICT (owner_id, guid) DO UPDATE
        SET attempt_id = excluded.attempt_id,
            delivered_at = excluded.delivered_at,
            status_code = excluded.status_code
        WHERE (excluded.delivered_at, excluded.attempt_id) > (kept.delivered_at, kept.attempt_id)";
    let guids: Vec<_> = logged.iter().map(|one| one.guid.as_str()).collect();
    let events: Vec<_> = logged.iter().map(|one| one.event.as_str()).collect();
    let actions: Vec<_> = logged.iter().map(|one| one.action.as_str()).collect();
    let attempts: Vec<_> = logged.iter().map(|one| one.attempt_id).collect();
    let times: Vec<_> = logged.iter().map(|one| one.delivered_at).collect();
    let codes: Vec<_> = logged.iter().map(|one| one.status_code).collect();
    let (grace, kept) = (ANSWER_TIME.as_secs_f64(), kept.min(LOG_KEPT).as_secs_f64());
    let told: [&(dyn ToSql + Sync); 9] =
        [&owner_id, &guids, &events, &actions, &attempts, &times, &codes, &grace, &kept];
    tx.execute(SQL, &told).await?;
    Ok(())
}

/// Forgets what came after all, and gives up what was asked for often enough or is too old to be in GitHub's log.
///
/// # Errors
/// The database refused.
pub async fn tidy(client: &impl Queries, owner_id: Option<Uuid>) -> Result<()> {
    const FORGET: &str = "
        DELETE FROM logged_deliveries AS logged
        USING deliveries
        WHERE ($1::uuid IS NULL OR logged.owner_id = $1)
          AND deliveries.guid = logged.guid
          AND deliveries.owner_id = logged.owner_id";
    const GIVE_UP: &str = "
        UPDATE logged_deliveries
        SET state = 'lost'
        WHERE ($1::uuid IS NULL OR owner_id = $1)
          AND state = 'missing'
          AND (asked >= $2 AND next_ask_at <= now() OR delivered_at < now() - make_interval(secs => $3))";
    client.execute(FORGET, &[&owner_id]).await?;
    client.execute(GIVE_UP, &[&owner_id, &MOST_ASKED, &LOG_KEPT.as_secs_f64()]).await?;
    Ok(())
}

/// Takes those of these attempts whose deliveries are missing and to be asked for now, the oldest first; nobody else is told to ask for
/// them before they are due again.
///
/// # Errors
/// The database refused.
pub async fn take_missing(
    tx: &Transaction<'_>,
    owner_id: Uuid,
    attempt_ids: &[i64],
    pace: &Pace,
) -> Result<Vec<i64>> {
    const SQL: &str = "
        WITH due AS (
            SELECT owner_id, guid
            FROM logged_deliveries
            WHERE owner_id = $1
              AND attempt_id = ANY($2)
              AND state = 'missing'
              AND next_ask_at <= now()
            FOR NO KEY UPDATE SKIP LOCKED
        )
        UPDATE logged_deliveries AS logged
        SET next_ask_at = now() + make_interval(secs => $3)
        FROM due
        WHERE logged.owner_id = due.owner_id AND logged.guid = due.guid
        RETURNING logged.attempt_id, logged.delivered_at";
    let wait = pace.after_asking(0).as_secs_f64();
    let mut rows = tx.query(SQL, &[&owner_id, &attempt_ids, &wait]).await?;
    rows.sort_by_key(|row| {
        (row.get::<_, Timestamp>("delivered_at"), row.get::<_, i64>("attempt_id"))
    });
    Ok(rows.iter().map(|row| row.get("attempt_id")).collect())
}

/// Counts that GitHub was asked to send these again: it agreed, or refused for this reason, which is kept until it agrees.
///
/// # Errors
/// The database refused.
pub async fn asked(
    tx: &Transaction<'_>,
    owner_id: Uuid,
    guids: &[String],
    refusal: Option<(&str, &str)>,
    pace: &Pace,
) -> Result<()> {
    const SQL: &str = "
        UPDATE logged_deliveries
        SET asked = asked + 1,
            next_ask_at = now() + make_interval(secs => ($3::float8[])[LEAST(asked + 1, $4) + 1]),
            refusal = $5
        WHERE owner_id = $1 AND guid = ANY($2)";
    let waits: Vec<_> =
        (0..=MOST_ASKED).map(|asked| pace.after_asking(asked).as_secs_f64()).collect();
    let refusal = refusal.map(|(reason, message)| format!("{reason}: {message}"));
    tx.execute(SQL, &[&owner_id, &guids, &waits, &MOST_ASKED, &refusal]).await?;
    Ok(())
}

/// Forgets what was given up longer than `keep` ago, and whatever belongs to hooks that are not looked after any more.
///
/// # Errors
/// The database refused.
pub async fn forget_old(client: &impl Queries, keep: Duration) -> Result<()> {
    const SQL: &str = "
        DELETE FROM logged_deliveries
        WHERE (state = 'lost' AND delivered_at < now() - make_interval(secs => $1))
           OR owner_id NOT IN (SELECT subject FROM looks WHERE kind = 'fill_delivery_gaps')";
    client.execute(SQL, &[&keep.as_secs_f64()]).await?;
    Ok(())
}
