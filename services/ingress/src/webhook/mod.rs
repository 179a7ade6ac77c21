//! `POST /webhooks/github`: what GitHub tells, believed when it is signed with a secret of the repository that it is about.
//!
//! Nothing is parsed before the signature over the raw bytes holds; a bounded scan for a name only picks which secrets are
//! tried. What follows from a delivery is the ledger's.

mod answer;
mod content;
mod delivery;
mod event;
mod head;
mod hint;
mod receive;
mod secrets;
mod signature;
mod verify;

pub(crate) use receive::receive;
pub(crate) use secrets::Secrets;
