//! The ledger's SQL: one function, one question. Knows rows and rules, no wire types.
//!
//! Lock order everywhere: proposal, then lane, then job.

pub mod apps;
pub mod chains;
pub mod changes;
pub mod confidence;
pub mod deletions;
pub mod deliveries;
pub mod delivery_logs;
pub mod details;
pub mod digests;
pub mod effects;
pub mod events;
pub mod explanations;
pub mod generations;
pub mod jobs;
pub mod journal;
mod json;
pub mod lanes;
pub mod leases;
pub mod listing;
pub mod live;
pub mod looks;
pub mod orphans;
pub mod proposals;
pub mod pull_requests;
pub mod repositories;
pub mod seeds;
pub mod studies;
pub mod totals;
pub mod touched;
pub mod trials;
pub mod turns;
pub mod usage;
pub mod watches;

pub use pullwright_pg::{Queries, Transaction};
