//! How looks at pull requests ended, written down: many at once where nothing changed, one alone where something did.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Queries as _, Transaction, Watch};
use crate::{
    domain::{PullRequestState, schedule::Next},
    error::Result,
};

/// How a look at one ended.
#[derive(Debug, Clone)]
pub struct Looked {
    /// The proposal.
    pub proposal_id: Uuid,
    /// The generation.
    pub generation: i32,
    /// Whether it was open or closed as far as was known before the look.
    pub state: PullRequestState,
    /// When to look again.
    pub next: Next,
    /// GitHub's entity tag of its answer; none leaves the one that is there.
    pub etag: Option<String>,
    /// Whether GitHub said what it is, or that it is what it was.
    pub is_seen: bool,
    /// Whether GitHub does not know it.
    pub is_gone: bool,
    /// Reason and message of what was wrong.
    pub problem: Option<(String, String)>,
}

impl Looked {
    /// It was seen.
    #[must_use]
    pub fn seen(watch: &Watch, next: Next, etag: String) -> Self {
        Self {
            proposal_id: watch.proposal_id,
            generation: watch.generation,
            state: watch.state,
            next,
            etag: Some(etag).filter(|etag| !etag.is_empty()),
            is_seen: true,
            is_gone: false,
            problem: None,
        }
    }

    /// It was not seen.
    #[must_use]
    pub fn unseen(watch: &Watch, next: Next, is_gone: bool, problem: (String, String)) -> Self {
        Self {
            etag: Some(String::new()),
            is_seen: false,
            is_gone,
            problem: Some(problem),
            ..Self::seen(watch, next, String::new())
        }
    }
}

/// Writes down looks that changed nothing. One of which something else became known meanwhile, and one that somebody has locked, is left as
/// it is: its state was another one when GitHub was asked.
///
/// # Errors
/// The database refused.
pub async fn agree(tx: &Transaction<'_>, looked: &[Looked]) -> Result<u64> {
    const SQL: &str = "
        WITH looked AS (
            SELECT *
            FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::float8[], $5::float8[], $6::text[], $7::boolean[], $8::boolean[],
                        $9::text[], $10::text[])
                 AS looked(proposal_id, generation, state, wait, distance, etag, is_seen, is_gone, reason, message)
        ), kept AS (
            SELECT watch.proposal_id, watch.generation
            FROM pull_request_watches AS watch
            JOIN looked USING (proposal_id, generation)
            WHERE watch.state = looked.state
              AND (watch.disputed_at IS NULL OR watch.disputed_at < watch.handed_at)
            FOR NO KEY UPDATE OF watch SKIP LOCKED
        )
        UPDATE pull_request_watches AS watch
        SET due_at = now() + make_interval(secs => looked.wait),
            distance = make_interval(secs => looked.distance),
            etag = COALESCE(looked.etag, watch.etag),
            last_seen_at = CASE WHEN looked.is_seen THEN now() ELSE watch.last_seen_at END,
            handed_at = NULL,
            disputed_at = CASE WHEN looked.is_seen THEN NULL ELSE watch.disputed_at END,
            gone_at = CASE WHEN looked.is_gone THEN COALESCE(watch.gone_at, now()) END,
            reason = looked.reason,
            message = looked.message
        FROM looked, kept
        WHERE watch.proposal_id = looked.proposal_id
          AND watch.generation = looked.generation
          AND kept.proposal_id = looked.proposal_id
          AND kept.generation = looked.generation";
    write(tx, SQL, looked).await
}

/// Writes down how one look ended whose proposal is locked, whatever became known by it.
///
/// # Errors
/// The database refused.
pub async fn end(tx: &Transaction<'_>, looked: Looked) -> Result<u64> {
    const SQL: &str = "
        UPDATE pull_request_watches AS watch
        SET due_at = now() + make_interval(secs => looked.wait),
            distance = make_interval(secs => looked.distance),
            etag = COALESCE(looked.etag, watch.etag),
            last_seen_at = CASE WHEN looked.is_seen THEN now() ELSE watch.last_seen_at END,
            handed_at = NULL,
            disputed_at = CASE WHEN looked.is_seen THEN NULL ELSE watch.disputed_at END,
            gone_at = CASE WHEN looked.is_gone THEN COALESCE(watch.gone_at, now()) END,
            reason = looked.reason,
            message = looked.message
        FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::float8[], $5::float8[], $6::text[], $7::boolean[], $8::boolean[],
                    $9::text[], $10::text[])
             AS looked(proposal_id, generation, state, wait, distance, etag, is_seen, is_gone, reason, message)
        WHERE watch.proposal_id = looked.proposal_id AND watch.generation = looked.generation";
    write(tx, SQL, &[looked]).await
}

/// Writes down that current pull requests changed in something that is not followed, such as a comment: state, number and page are what
/// they were. Gives the proposals for which that was possible without waiting.
///
/// # Errors
/// The database refused.
pub async fn restamp(tx: &Transaction<'_>, seen: &[(&Watch, Timestamp)]) -> Result<Vec<Uuid>> {
    const SQL: &str = "
        WITH seen AS (
            SELECT *
            FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::timestamptz[]) AS seen(id, generation, state, updated_at)
        ), locked AS (
            SELECT proposals.id, seen.generation, seen.updated_at
            FROM proposals
            JOIN seen ON seen.id = proposals.id
            WHERE proposals.generation = seen.generation
              AND proposals.pr_state = seen.state
              AND proposals.status IN ('pr_opened', 'rejected', 'superseded')
              AND proposals.pr_updated_at < seen.updated_at
            FOR NO KEY UPDATE OF proposals SKIP LOCKED
        ), journalled AS (
            UPDATE generations
            SET pr_updated_at = GREATEST(pr_updated_at, locked.updated_at)
            FROM locked
            WHERE generations.proposal_id = locked.id AND generations.number = locked.generation
        )
        UPDATE proposals
        SET pr_updated_at = locked.updated_at
        FROM locked
        WHERE proposals.id = locked.id
        RETURNING proposals.id";
    let ids: Vec<_> = seen.iter().map(|(watch, _)| watch.proposal_id).collect();
    let generations: Vec<_> = seen.iter().map(|(watch, _)| watch.generation).collect();
    let states: Vec<_> = seen.iter().map(|(watch, _)| watch.state.as_str()).collect();
    let stamps: Vec<_> = seen.iter().map(|(_, updated_at)| *updated_at).collect();
    let rows = tx.query(SQL, &[&ids, &generations, &states, &stamps]).await?;
    Ok(rows.iter().map(|row| row.get("id")).collect())
}

async fn write(tx: &Transaction<'_>, sql: &str, looked: &[Looked]) -> Result<u64> {
    let proposals: Vec<_> = looked.iter().map(|one| one.proposal_id).collect();
    let generations: Vec<_> = looked.iter().map(|one| one.generation).collect();
    let states: Vec<_> = looked.iter().map(|one| one.state.as_str()).collect();
    let waits: Vec<_> = looked.iter().map(|one| one.next.wait.as_secs_f64()).collect();
    let distances: Vec<_> =
        looked.iter().map(|one| one.next.distance.map(|wait| wait.as_secs_f64())).collect();
    let etags: Vec<_> = looked.iter().map(|one| one.etag.as_deref()).collect();
    let are_seen: Vec<_> = looked.iter().map(|one| one.is_seen).collect();
    let are_gone: Vec<_> = looked.iter().map(|one| one.is_gone).collect();
    let reasons: Vec<_> =
        looked.iter().map(|one| one.problem.as_ref().map(|(reason, _)| reason)).collect();
    let messages: Vec<_> =
        looked.iter().map(|one| one.problem.as_ref().map(|(_, message)| message)).collect();
    Ok(tx
        .execute(
            sql,
            &[
                &proposals,
                &generations,
                &states,
                &waits,
                &distances,
                &etags,
                &are_seen,
                &are_gone,
                &reasons,
                &messages,
            ],
        )
        .await?)
}
