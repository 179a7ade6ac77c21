//! The ledger's SQL: one function, one question. Knows rows and rules, no wire types.
//!
//! Lock order everywhere: proposal, then lane, then job.

pub mod events;
pub mod jobs;
pub mod lanes;
pub mod proposals;

pub use deadpool_postgres::{GenericClient, Transaction};
