//! The ledger's settings: `PROPOSAL_…` and `LOG`.

use std::{net::SocketAddr, time::Duration};

use pullwright_rpc::{client, server};
use pullwright_settings::{Environment, SettingsError};

/// Who stands in the commits of our pull requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// The name.
    pub name: String,
    /// The mail address.
    pub email: String,
}

/// The ledger's settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where to listen and whom to let in.
    pub server: server::Settings,
    /// Its database.
    pub database: pullwright_pg::Settings,
    /// How to reach the registry.
    pub registry: client::Settings,
    /// Who commits.
    pub author: Author,
    /// First segment of branches.
    pub brand: String,
    /// How long a lease lasts unless it is renewed.
    pub lease_duration: Duration,
}

const PREFIX: &str = "PROPOSAL_";
const LISTEN: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 7002);

impl Settings {
    /// Reads the environment.
    ///
    /// # Errors
    /// A variable is missing or malformed.
    pub fn read(env: &Environment) -> Result<Self, SettingsError> {
        Ok(Self {
            server: server::Settings::read(env, PREFIX, LISTEN)?,
            database: pullwright_pg::Settings::read(env, PREFIX)?,
            registry: client::Settings::read(env, PREFIX, "REGISTRY")?,
            author: Author {
                name: env.parsed("PROPOSAL_GIT_AUTHOR_NAME", "pullwright-bot".to_owned())?,
                email: env
                    .parsed("PROPOSAL_GIT_AUTHOR_EMAIL", "pullwright-bot@example.com".to_owned())?,
            },
            brand: env.parsed("PROPOSAL_BRAND", "pullwright".to_owned())?,
            lease_duration: env.duration("PROPOSAL_LEASE_DURATION", Duration::from_secs(30))?,
        })
    }
}
