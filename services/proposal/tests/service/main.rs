//! The ledger as its callers see it: over gRPC, with service tokens, on a real PostgreSQL, beside a registry that is told what to say.
#![expect(clippy::unwrap_used, reason = "tests and their harness fail by panicking")]

mod comments;
mod confidence;
mod constraints;
mod create_proposal;
mod crossings;
mod deliveries;
mod digests;
mod failures;
mod harness;
mod hook;
mod jobs;
mod leases;
mod lists;
mod live;
mod migrations;
mod open_pull_request;
mod previews;
mod registry;
mod reject_proposal;
mod roles;
mod runner;
mod scene;
mod studies;
mod tidying;
mod wakeup;
