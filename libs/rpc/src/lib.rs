//! What every gRPC hop has in common: who may call what, errors on the wire, request and trace ids, health, reflection, stopping.
//!
//! Does not know what any service does, nor SQL, git or GitHub.

pub mod access;
pub mod callers;
pub mod client;
pub mod context;
mod door;
pub mod explain;
pub mod health;
pub mod list;
mod metrics;
mod reflection;
pub mod refusal;
pub mod role;
pub mod server;
pub mod signal;

pub use callers::Callers;
pub use context::Context;
pub use explain::{Explain, Violation, status};
pub use refusal::Refusal;
pub use role::Role;
