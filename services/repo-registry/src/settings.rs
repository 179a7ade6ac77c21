//! The registry's settings: `REGISTRY_…`, `GITHUB_HOSTS_FILE` and `LOG`.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use pullwright_rpc::server;
use pullwright_settings::{Environment, SettingsError};
use pullwright_types::Hosts;

/// The registry's settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where to listen and whom to let in.
    pub server: server::Settings,
    /// How to reach the database.
    pub database: pullwright_pg::Settings,
    /// The folder that holds GitHub's secrets and nothing else.
    pub secrets_dir: PathBuf,
    /// The GitHub hosts that repositories may be on.
    pub hosts: Hosts,
}

/// The prefix of the registry's variables.
pub const PREFIX: &str = "REGISTRY_";
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 7003);

impl Settings {
    /// Reads the environment.
    ///
    /// # Errors
    /// A variable is missing or malformed.
    pub fn read(env: &Environment) -> Result<Self, SettingsError> {
        Ok(Self {
            server: server::Settings::read(env, PREFIX, LISTEN)?,
            database: pullwright_pg::Settings::read(env, PREFIX)?,
            secrets_dir: env.required_path("REGISTRY_SECRETS_DIR")?,
            hosts: hosts(env)?,
        })
    }
}

fn hosts(env: &Environment) -> Result<Hosts, SettingsError> {
    const NAME: &str = "GITHUB_HOSTS_FILE";
    let Some(path) = env.path(NAME)? else { return Ok(Hosts::default()) };
    let invalid = |problem: String| {
        SettingsError::invalid(
            NAME,
            problem,
            r#"a file with a JSON array of {"web", "api", "git"}"#,
        )
    };
    let text = std::fs::read_to_string(&path).map_err(|error| {
        invalid(format!("names {}, which cannot be read ({})", path.display(), error.kind()))
    })?;
    Hosts::parse(&text).map_err(|error| {
        invalid(format!("names {}, which cannot be used ({error})", path.display()))
    })
}
