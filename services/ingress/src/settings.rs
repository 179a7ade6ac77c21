//! What an ingress can be told. Read once, in `main`.

use std::net::SocketAddr;

use pullwright_rpc::client;
use pullwright_settings::{Deployment, Environment, SettingsError, environment_name};

use crate::Tokens;

const PREFIX: &str = "INGRESS_";

/// The ingress' settings; the variables begin with `INGRESS_`.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The ledger.
    pub proposal: client::Settings,
    /// The keyring.
    pub registry: client::Settings,
    /// A runner, for previews, checks and locks.
    pub runner: client::Settings,
    /// Who may call over REST.
    pub tokens: Tokens,
    /// Which kind of deployment this is; development has calls that only tests need.
    pub deployment: Deployment,
}

impl Settings {
    /// Reads the environment.
    ///
    /// # Errors
    /// A variable is missing or wrong; the text names it.
    pub fn read(env: &Environment) -> Result<Self, SettingsError> {
        Ok(Self {
            listen: env.parsed("INGRESS_LISTEN", SocketAddr::from(([127, 0, 0, 1], 7001)))?,
            proposal: client::Settings::read(env, PREFIX, "PROPOSAL")?,
            registry: client::Settings::read(env, PREFIX, "REGISTRY")?,
            runner: client::Settings::read(env, PREFIX, "RUNNER")?,
            tokens: tokens(env)?,
            deployment: environment_name(env)?,
        })
    }
}

fn tokens(env: &Environment) -> Result<Tokens, SettingsError> {
    const NAME: &str = "INGRESS_API_TOKENS_FILE";
    let path = env.required_path(NAME)?;
    let invalid = |problem: &dyn std::fmt::Display| {
        SettingsError::invalid(NAME, problem, "a file with lines of `role name sha256`")
    };
    let text = std::fs::read_to_string(path).map_err(|error| invalid(&error))?;
    Tokens::parse(&text).map_err(|error| invalid(&error))
}
