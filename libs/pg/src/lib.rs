//! PostgreSQL as the two cores use it: a pool with time limits, errors that say what may be done about them, migrations
//! in both directions.
//!
//! It knows no table but refinery's history and that of [`idempotency`], and never repeats a statement by itself.

mod client;
mod error;
pub mod idempotency;
pub mod listing;
pub mod migrate;
mod pool;
mod queries;
mod settings;
mod sqlstate;
mod startup;

pub use client::{Client, Transaction};
pub use error::PgError;
pub use pool::{Pool, PoolStatus};
pub use queries::Queries;
pub use settings::{Settings, connect_alone};
pub use startup::wait_until_up;
pub use tokio_postgres::{IsolationLevel, Row, types};

/// The result of anything asked of the database.
pub type Result<T, E = PgError> = std::result::Result<T, E>;
