//! The ledger's rules: states, diffs, metrics, studies. Pure: no I/O, no clock, no wire types, no SQL.

pub mod delivery;
pub mod job;
pub mod lease;
pub mod proposal;
pub mod retry;

pub use proposal::{Proposal, PullRequestState, Status};
