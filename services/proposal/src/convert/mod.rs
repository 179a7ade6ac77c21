//! Between the contract's messages and the ledger's own types.

pub mod confidence;
pub mod delivery;
pub mod event;
pub mod explanation;
pub mod given;
pub mod id;
pub mod job;
pub mod proposal;
pub mod study;
pub mod time;
pub mod usage;
pub mod watching;
