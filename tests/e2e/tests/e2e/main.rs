//! The whole system from outside, each service a process of its own.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod arrows;
mod cli;
mod comment;
mod contract;
mod crashes;
mod deletions;
mod documents;
mod editing;
mod faults;
mod healing;
mod leaks;
mod operations;
mod previews;
mod pull_request_worker;
mod system;
mod tidy;
mod weak_points;
mod webhooks;
