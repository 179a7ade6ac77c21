//! Between the contract's messages and the ledger's own types.

pub mod event;
pub mod given;
pub mod id;
pub mod proposal;
pub mod study;
pub mod time;
