//! The ingress in front of cores that answer from a script.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod access;
mod corpus;
mod edge;
mod fake;
mod github;
mod harness;
mod hostile;
mod lifecycle;
mod log;
mod malformed;
mod messages;
mod reasons;
mod rest;
mod spelling;
mod webhooks;
mod wire;
