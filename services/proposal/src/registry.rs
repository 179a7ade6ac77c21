//! The registry, asked where a change goes. Knows its contract, keeps nothing.

use std::time::Duration;

use pullwright_rpc::client::Connection;

/// The longest that one question may take.
const TIME_LIMIT: Duration = Duration::from_secs(5);

/// A client of the registry; cheap to clone.
#[derive(Clone)]
pub struct Registry {
    connection: Connection,
}

impl Registry {
    /// Asks over this connection.
    #[must_use]
    pub fn new(connection: Connection) -> Self {
        Self { connection }
    }
}
