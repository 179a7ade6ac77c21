//! The keyring as its callers meet it: the real service on a port, a real PostgreSQL, real service tokens.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where by panicking")]

mod bindings;
mod clusters;
mod config_repos;
mod credentials;
mod harness;
mod migrations;
mod outage;
mod process;
mod query_templates;
mod races;
mod readiness;
mod roles;
mod silence;
mod targets;
