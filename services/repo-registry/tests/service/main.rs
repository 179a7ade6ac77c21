//! The keyring as its callers meet it: the real service on a port, a real PostgreSQL, real service tokens.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where by panicking")]

mod apps;
mod bindings;
mod changes;
mod clusters;
mod config_repos;
mod credentials;
mod deletes;
mod development;
mod harness;
mod hooks;
mod hostile;
mod keys;
mod lists;
mod migrations;
mod outage;
mod process;
mod query_templates;
mod races;
mod readiness;
mod renames;
mod repeats;
mod repo_updates;
mod roles;
mod rotation;
mod silence;
mod targets;
mod updates;
mod versions;
mod webhook_secrets;
mod wiring;
