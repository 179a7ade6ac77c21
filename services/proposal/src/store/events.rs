//! What happened to a proposal. Rows are only ever added.

use std::collections::BTreeMap;

use pullwright_rpc::Context;
use pullwright_telemetry::trace_context;
use tokio_postgres::types::Json;
use uuid::Uuid;

use super::Transaction;
use crate::error::Result;

/// Something that happened. Actor, request id and trace id come from the running request.
#[derive(Debug, Clone)]
pub struct NewEvent {
    kind: &'static str,
    message: String,
    facts: BTreeMap<&'static str, String>,
    actor: Option<&'static str>,
}

impl NewEvent {
    /// An event of this kind, told in one sentence.
    #[must_use]
    pub fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), facts: BTreeMap::new(), actor: None }
    }

    /// Adds a fact.
    #[must_use]
    pub fn fact(mut self, name: &'static str, value: impl ToString) -> Self {
        self.facts.insert(name, value.to_string());
        self
    }

    /// Names who did it when that is not the caller, such as `github`.
    #[must_use]
    pub fn by(mut self, actor: &'static str) -> Self {
        self.actor = Some(actor);
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
    let actor = event.actor.map_or_else(|| Context::actor_or("proposal"), str::to_owned);
    let trace_id = trace_context::current_trace_id().unwrap_or_default();
    let statement = tx.prepare_cached(SQL).await?;
    let row = tx
        .query_one(
            &statement,
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
