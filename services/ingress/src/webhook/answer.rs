//! What GitHub is told: `{"status": "ok", "action"}`.

use pullwright_proto::delivery::{DeliveryOutcome, RecordDeliveryResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{cores::Core, edge::error::ApiError};

/// A delivery that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = DeliveryTaken)]
pub(crate) struct Taken {
    /// `ok`.
    status: &'static str,
    /// What came of it: `applied`, `noop`, `unknown_pr`, `ping`, or `deferred`: it is kept and could not be applied yet, because
    /// something broke or its repository is not registered; we apply it later ourselves, so it need not be sent again.
    pub(super) action: &'static str,
}

/// The answer to an outcome.
pub(super) fn to(recorded: &RecordDeliveryResponse) -> Result<Taken, ApiError> {
    let action = match recorded.outcome() {
        DeliveryOutcome::Applied => "applied",
        // One that is older than what is known needs nothing done either.
        DeliveryOutcome::Noop | DeliveryOutcome::Stale => "noop",
        DeliveryOutcome::UnknownPr => "unknown_pr",
        DeliveryOutcome::Ping => "ping",
        // GitHub sends nothing twice by itself, so a status that says "again" would ask nobody.
        DeliveryOutcome::Parked | DeliveryOutcome::Failed => "deferred",
        DeliveryOutcome::Unspecified => {
            return Err(ApiError::off_contract(Core::Proposal, "outcome"));
        }
    };
    Ok(Taken { status: "ok", action })
}
