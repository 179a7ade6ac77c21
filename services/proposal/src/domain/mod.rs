//! The ledger's rules: states, diffs, metrics, studies. Pure: no I/O, no clock, no wire types, no SQL.

pub mod proposal;

pub use proposal::{Proposal, PullRequestState, Status};
