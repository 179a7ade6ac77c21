//! `POST /webhooks/github`: what GitHub tells, believed when it is signed with a secret of the repository that it is about, or of a
//! GitHub App of ours.
//!
//! Nothing is parsed before the signature over the raw bytes holds; headers and a bounded scan for a name only pick which secrets are
//! tried. What follows from a delivery is the ledger's.

mod answer;
mod batch;
mod content;
mod delivery;
mod event;
mod head;
mod hint;
mod pack;
mod receive;
mod secrets;
mod signature;
mod sketch;
mod verify;

pub(crate) use batch::Batches;
pub(crate) use receive::receive;
pub(crate) use secrets::Secrets;
