//! Deliveries as people see them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use pullwright_pg::{Row, listing, types::Json};
use uuid::Uuid;

use super::outcome;
use crate::{
    domain::delivery::{BodyEncoding, HookKind, Outcome},
    error::{Error, Result},
    store::Queries,
};

/// A delivery without headers and body.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Its id here.
    pub id: Uuid,
    /// GitHub's id of it.
    pub guid: String,
    /// The event's name.
    pub event: String,
    /// The event's action; empty when it has none.
    pub action: String,
    /// Whose hook it came from.
    pub hook: HookKind,
    /// The repository that it is about, when that is registered.
    pub repository_id: Option<Uuid>,
    /// What the body calls the repository; empty when it says nothing.
    pub repository_full_name: String,
    /// What came of it.
    pub outcome: Outcome,
    /// Why it failed.
    pub error: Option<String>,
    /// The proposal it is about.
    pub proposal_id: Option<Uuid>,
    /// The first delivery of the same event and body.
    pub duplicate_of: Option<Uuid>,
    /// How often it was tried.
    pub attempts: i32,
    /// When it is tried next.
    pub next_attempt_at: Option<Timestamp>,
    /// When its last byte came in.
    pub received_at: Timestamp,
    /// How many bytes its body has.
    pub body_size: i64,
}

/// What GitHub sent.
#[derive(Debug, Clone)]
pub struct Body {
    /// The headers.
    pub headers: BTreeMap<String, String>,
    /// The body, compressed.
    pub body: Vec<u8>,
    /// How.
    pub encoding: BodyEncoding,
}

macro_rules! columns {
    () => {
        "deliveries.id, deliveries.guid, deliveries.event, deliveries.action, deliveries.hook, deliveries.repository_id,
         deliveries.repository_full_name, deliveries.outcome, deliveries.error, deliveries.proposal_id, deliveries.duplicate_of,
         deliveries.attempts, deliveries.next_attempt_at, deliveries.received_at, deliveries.body_size"
    };
}

/// What a list shows of a delivery.
pub const LISTED: listing::Shown = listing::Shown { columns: columns!(), joins: "" };

/// One delivery, without headers and body.
///
/// # Errors
/// The database refused, or the row is unreadable.
pub async fn shown(client: &impl Queries, id: Uuid) -> Result<Option<Shown>> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM deliveries WHERE id = $1");
    client.query_opt(SQL, &[&id]).await?.as_ref().map(listed).transpose()
}

/// What GitHub sent in one delivery.
///
/// # Errors
/// The database refused, or the row is unreadable.
pub async fn body(client: &impl Queries, id: Uuid) -> Result<Option<Body>> {
    const SQL: &str = "
        SELECT headers, body, body_encoding
        FROM deliveries
        WHERE id = $1";
    let Some(row) = client.query_opt(SQL, &[&id]).await? else { return Ok(None) };
    let encoding: &str = row.get("body_encoding");
    let Json(headers) = row
        .try_get("headers")
        .map_err(|error| Error::unreadable("deliveries.headers", error.to_string()))?;
    Ok(Some(Body {
        headers,
        body: row.get("body"),
        encoding: BodyEncoding::parse(encoding)
            .ok_or_else(|| Error::unreadable("deliveries.body_encoding", encoding))?,
    }))
}

/// Reads a row with the columns of [`LISTED`].
///
/// # Errors
/// A column holds a word that the ledger does not know.
pub fn listed(row: &Row) -> Result<Shown> {
    let hook: &str = row.get("hook");
    Ok(Shown {
        id: row.get("id"),
        guid: row.get("guid"),
        event: row.get("event"),
        action: row.get("action"),
        hook: HookKind::parse(hook).ok_or_else(|| Error::unreadable("deliveries.hook", hook))?,
        repository_id: row.get("repository_id"),
        repository_full_name: row.get("repository_full_name"),
        outcome: outcome(row.get("outcome"))?,
        error: row.get("error"),
        proposal_id: row.get("proposal_id"),
        duplicate_of: row.get("duplicate_of"),
        attempts: row.get("attempts"),
        next_attempt_at: row.get("next_attempt_at"),
        received_at: row.get("received_at"),
        body_size: row.get("body_size"),
    })
}
