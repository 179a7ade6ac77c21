//! The ingress in front of cores that answer from a script.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod access;
mod changes;
mod contract;
mod corpus;
mod deliveries;
mod development;
mod document;
mod edge;
mod examples;
mod fake;
mod github;
mod harness;
mod hostile;
mod lifecycle;
mod lists;
mod log;
mod malformed;
mod messages;
mod reasons;
mod rest;
mod spelling;
mod stream;
mod transitions;
mod webhooks;
mod wire;
