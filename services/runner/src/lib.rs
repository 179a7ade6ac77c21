//! The way out: what leaves the system goes through here, to git and to GitHub.
//!
//! It leases jobs and answers questions; it owns no fact and never touches PostgreSQL.

mod app;
mod chart;
mod checks;
mod error;
mod failpoint;
pub mod git;
mod jobs;
mod keyring;
mod lane;
mod lease;
mod ledger;
pub mod lock;
mod questions;
mod reads;
mod registry;
mod repeat;
mod rpc;
mod serve;
mod settings;
mod steps;
mod text;
mod worker;

pub use app::App;
pub use serve::{BuildError, build, serve};
pub use settings::Settings;
