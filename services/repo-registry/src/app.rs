//! What every call has at hand.

use std::{sync::Arc, time::Duration};

use pullwright_settings::Deployment;
use pullwright_types::{Clock, Hosts};
use tokio_util::sync::CancellationToken;

use crate::{domain::GitHubApp, secrets::Secrets};

/// The registry's means.
pub struct App {
    /// Connections to its database.
    pub db: pullwright_pg::Pool,
    /// The folder that holds the secrets.
    pub secrets: Secrets,
    /// The GitHub hosts that repositories may be on.
    pub hosts: Hosts,
    /// The GitHub Apps that are configured, by host and id.
    pub github_apps: Vec<GitHubApp>,
    /// How long a webhook secret is taken at least after another one came in.
    pub webhook_secret_overlap: Duration,
    /// The time of day, for tokens that are signed here.
    pub clock: Arc<dyn Clock>,
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
