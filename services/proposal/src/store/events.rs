//! What happened to a proposal. Rows are only ever added.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
};

use jiff::Timestamp;
use pullwright_pg::{Row, types::Json};
use pullwright_rpc::Context;
use pullwright_telemetry::trace_context;
use uuid::Uuid;

use super::{Queries, Transaction, touched};
use crate::error::Result;

/// Something that happened. Actor, request id and trace id come from the running request.
#[derive(Debug, Clone)]
pub struct NewEvent {
    kind: &'static str,
    message: String,
    facts: BTreeMap<Cow<'static, str>, String>,
    actor: Option<Cow<'static, str>>,
}

impl NewEvent {
    /// An event of this kind, told in one sentence.
    #[must_use]
    pub fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), facts: BTreeMap::new(), actor: None }
    }

    /// Adds a fact.
    #[must_use]
    pub fn fact(mut self, name: impl Into<Cow<'static, str>>, value: impl ToString) -> Self {
        self.facts.insert(name.into(), value.to_string());
        self
    }

    /// Names who did it when that is not the caller, such as `github`.
    #[must_use]
    pub fn by(mut self, actor: impl Into<Cow<'static, str>>) -> Self {
        self.actor = Some(actor.into());
        self
    }
}

/// Writes an event and gives its id; outside a request the actor is `proposal`.
///
/// Under the proposal's lock, which is taken unless the transaction has it: so a proposal's events are committed in the order of
/// their ids, and who reads on after the last one misses none. A transaction that holds lanes or jobs must have it already.
///
/// # Errors
/// The database refused, or there is no such proposal.
pub async fn record(tx: &Transaction<'_>, proposal_id: Uuid, event: NewEvent) -> Result<i64> {
    const SQL: &str = "
        WITH locked AS (
            SELECT id
            FROM proposals
            WHERE id = $1
            FOR NO KEY UPDATE
        )
        INSERT INTO events (proposal_id, kind, actor, message, facts, trace_id, request_id)
        SELECT locked.id, $2, $3, $4, $5, $6, $7
        FROM locked
        RETURNING id";
    let actor = event.actor.map_or_else(|| Context::actor_or("proposal"), Cow::into_owned);
    let trace_id = trace_context::current_trace_id().unwrap_or_default();
    let row = tx
        .query_one(
            SQL,
            &[
                &proposal_id,
                &event.kind,
                &actor,
                &event.message,
                &Json(&event.facts),
                &trace_id,
                &Context::request_id(),
            ],
        )
        .await?;
    touched::note(proposal_id);
    Ok(row.get("id"))
}

/// Writes events in this order, about proposals whose locks the transaction has, like [`record`].
///
/// # Errors
/// The database refused, or there is no such proposal.
pub async fn record_all(tx: &Transaction<'_>, told: &[(Uuid, NewEvent)]) -> Result<()> {
    const SQL: &str = "
        INSERT INTO events (proposal_id, kind, actor, message, facts, trace_id, request_id)
        SELECT proposal_id, kind, actor, message, facts, $6, $7
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::jsonb[]) WITH ORDINALITY
             AS told (proposal_id, kind, actor, message, facts, place)
        ORDER BY place";
    if told.is_empty() {
        return Ok(());
    }
    let caller = Context::actor_or("proposal");
    let ids: Vec<_> = told.iter().map(|(id, _)| *id).collect();
    let kinds: Vec<_> = told.iter().map(|(_, event)| event.kind).collect();
    let actors: Vec<_> =
        told.iter().map(|(_, event)| event.actor.as_deref().unwrap_or(&caller)).collect();
    let messages: Vec<_> = told.iter().map(|(_, event)| &event.message).collect();
    let facts: Vec<_> = told.iter().map(|(_, event)| Json(&event.facts)).collect();
    let trace_id = trace_context::current_trace_id().unwrap_or_default();
    tx.execute(SQL, &[&ids, &kinds, &actors, &messages, &facts, &trace_id, &Context::request_id()])
        .await?;
    ids.into_iter().for_each(touched::note);
    Ok(())
}

/// An event as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its id, growing with time.
    pub id: i64,
    /// What happened.
    pub kind: String,
    /// Who did it.
    pub actor: String,
    /// One sentence for people.
    pub message: String,
    /// The facts, by name.
    pub facts: BTreeMap<String, String>,
    /// The W3C trace id; empty when there was none.
    pub trace_id: String,
    /// When.
    pub created_at: Timestamp,
}

/// A proposal's events after `after`, the oldest first, at most `most`.
///
/// # Errors
/// The database refused.
pub async fn page(
    client: &impl Queries,
    proposal_id: Uuid,
    after: i64,
    most: i64,
) -> Result<Vec<Event>> {
    const SQL: &str = "
        SELECT id, kind, actor, message, facts, trace_id, created_at
        FROM events
        WHERE proposal_id = $1 AND id > $2
        ORDER BY id
        LIMIT $3";
    let rows = client.query(SQL, &[&proposal_id, &after, &most]).await?;
    Ok(rows.iter().map(from_row).collect())
}

/// A proposal's last events, the newest first, at most `most`.
///
/// # Errors
/// The database refused.
pub async fn newest(client: &impl Queries, proposal_id: Uuid, most: i64) -> Result<Vec<Event>> {
    const SQL: &str = "
        SELECT id, kind, actor, message, facts, trace_id, created_at
        FROM events
        WHERE proposal_id = $1
        ORDER BY id DESC
        LIMIT $2";
    let rows = client.query(SQL, &[&proposal_id, &most]).await?;
    Ok(rows.iter().map(from_row).collect())
}

/// Whether a proposal has an event of this id.
///
/// # Errors
/// The database refused.
pub async fn has(client: &impl Queries, proposal_id: Uuid, id: i64) -> Result<bool> {
    const SQL: &str = "
        SELECT EXISTS (
            SELECT FROM events
            WHERE proposal_id = $1 AND id = $2
        ) AS has";
    Ok(client.query_one(SQL, &[&proposal_id, &id]).await?.get("has"))
}

/// The last event of each of these proposals, none for one without events; those that are not there are left out.
///
/// # Errors
/// The database refused.
pub async fn heads(
    client: &impl Queries,
    proposal_ids: &[Uuid],
) -> Result<HashMap<Uuid, Option<i64>>> {
    const SQL: &str = "
        SELECT proposals.id,
               (SELECT max(events.id) FROM events WHERE events.proposal_id = proposals.id) AS head
        FROM proposals
        WHERE proposals.id = ANY($1)";
    let rows = client.query(SQL, &[&proposal_ids]).await?;
    Ok(rows.iter().map(|row| (row.get("id"), row.get("head"))).collect())
}

/// Reads a row with all columns of `events`.
pub(super) fn from_row(row: &Row) -> Event {
    Event {
        id: row.get("id"),
        kind: row.get("kind"),
        actor: row.get("actor"),
        message: row.get("message"),
        facts: row.get::<_, Json<_>>("facts").0,
        trace_id: row.get("trace_id"),
        created_at: row.get("created_at"),
    }
}
