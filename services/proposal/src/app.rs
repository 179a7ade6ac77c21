//! What every call has at hand.

use std::sync::Arc;

use pullwright_pg::Pool;
use pullwright_redact::Redactor;
use pullwright_types::Clock;
use tokio_util::sync::CancellationToken;

use crate::{Registry, Settings, wakeup::Wakeup};

/// The ledger's means.
pub struct App {
    /// Connections to its database.
    pub db: Pool,
    /// The time of day; leases and due times are PostgreSQL's `now()`.
    pub clock: Arc<dyn Clock>,
    /// The registry.
    pub registry: Registry,
    /// How it was set up.
    pub settings: Settings,
    /// Tells waiting leases about new jobs.
    pub wakeup: Wakeup,
    /// Takes credentials out of texts that are stored.
    pub redactor: Redactor,
    /// Cancelled when the service begins to stop.
    pub stop: CancellationToken,
}
