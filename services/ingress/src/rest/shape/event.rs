//! What happened to a proposal.

use std::collections::BTreeMap;

use jiff::Timestamp;
use pullwright_proto::proposal as v1;
use serde::Serialize;
use utoipa::ToSchema;

use super::{OffContract, Result, filled, time};

/// Something that happened to a proposal.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Event {
    /// Grows with time.
    pub(crate) id: String,
    /// What happened, such as `pull_request_opened`.
    pub(crate) kind: String,
    /// Who did it: a person's name, `runner`, `github`, `optimiser`.
    actor: String,
    message: String,
    facts: BTreeMap<String, String>,
    /// The W3C trace id under which it happened.
    trace_id: Option<String>,
    created_at: Timestamp,
}

impl TryFrom<v1::ProposalEvent> for Event {
    type Error = OffContract;

    fn try_from(event: v1::ProposalEvent) -> Result<Self> {
        Ok(Self {
            id: event.id,
            kind: event.kind,
            actor: event.actor,
            message: event.message,
            facts: event.facts.into_iter().collect(),
            trace_id: filled(event.trace_id),
            created_at: time::required("event.created_at", event.created_at)?,
        })
    }
}
