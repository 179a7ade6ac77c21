//! What every call has at hand.

use pullwright_settings::Deployment;
use pullwright_types::Hosts;
use tokio_util::sync::CancellationToken;

use crate::secrets::Secrets;

/// The registry's means.
pub struct App {
    /// Connections to its database.
    pub db: pullwright_pg::Pool,
    /// The folder that holds the secrets.
    pub secrets: Secrets,
    /// The GitHub hosts that repositories may be on.
    pub hosts: Hosts,
    /// Which kind of deployment this is; only development has hard deletions.
    pub deployment: Deployment,
    /// Cancelled when the service begins to stop.
    pub stop: CancellationToken,
}

impl App {
    /// Whether calls can be answered: PostgreSQL answers and the secrets folder can be read.
    pub async fn is_ready(&self) -> bool {
        self.db.ping().await.is_ok() && self.secrets.is_readable().await
    }
}
