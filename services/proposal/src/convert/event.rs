//! Events on the wire.

use pullwright_proto::proposal as v1;

use super::time;
use crate::store::events::Event;

/// Writes an event.
#[must_use]
pub fn message(event: Event) -> v1::ProposalEvent {
    v1::ProposalEvent {
        id: event.id.to_string(),
        kind: event.kind,
        actor: event.actor,
        message: event.message,
        facts: event.facts.into_iter().collect(),
        trace_id: event.trace_id,
        created_at: Some(time::message(event.created_at)),
    }
}
