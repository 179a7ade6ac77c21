//! The database crate against a real PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test's own functions may fail as the test itself")]

mod errors;
mod idempotency;
mod listing;
mod migrations;
mod pooling;
mod startup;
