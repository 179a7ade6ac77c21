//! The ledger's gRPC services: a folder per service, a file per call.

pub mod deletion_service;
pub mod delivery_service;
pub mod development_service;
pub mod job_service;
pub mod proposal_service;
pub mod replay;
pub mod study_service;

mod asked;
mod closing;
mod deletion;
mod follow;
mod opening;
mod recording;
mod registered;
mod repeat;
mod telling;
mod tidy;

pub(crate) use telling::TellingLayer;
use tonic::Status;

use crate::error::Error;

/// How an error looks from outside.
fn refuse(error: Error) -> Status {
    pullwright_rpc::status(crate::SERVICE, &error)
}
