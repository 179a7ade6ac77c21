//! Telemetry as a reader of its lines sees it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod capture;
mod lines;
mod process;
mod redaction;
mod traces;
