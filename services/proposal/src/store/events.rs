//! What happened to a proposal. Rows are only ever added.

use std::{borrow::Cow, collections::BTreeMap};

use jiff::Timestamp;
use pullwright_pg::{Row, types::Json};
use pullwright_rpc::Context;
use pullwright_telemetry::trace_context;
use uuid::Uuid;

use super::{Queries, Transaction};
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
/// # Errors
/// The database refused.
pub async fn record(tx: &Transaction<'_>, proposal_id: Uuid, event: NewEvent) -> Result<i64> {
    const SQL: &str = "
        INSERT INTO events (proposal_id, kind, actor, message, facts, trace_id, request_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
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
    Ok(row.get("id"))
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
    let event = |row: &Row| Event {
        id: row.get("id"),
        kind: row.get("kind"),
        actor: row.get("actor"),
        message: row.get("message"),
        facts: row.get::<_, Json<_>>("facts").0,
        trace_id: row.get("trace_id"),
        created_at: row.get("created_at"),
    };
    Ok(rows.iter().map(event).collect())
}
