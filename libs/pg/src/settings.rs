//! How the database is reached, and within which limits. The only place that turns the URL's secret into a connection.

use std::{num::NonZeroUsize, time::Duration};

use pullwright_settings::{Environment, SettingsError};
use secrecy::{ExposeSecret, SecretString};
use tokio_postgres::{Client, Config, Connection, NoTls, Socket, tls::NoTlsStream};

use crate::{PgError, Result};

/// How the database is reached, and within which limits.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The connection URL or key-value string, password included.
    pub url: SecretString,
    /// What `pg_stat_activity` shows for our connections.
    pub application_name: String,
    /// The most connections that one process holds.
    pub pool_size: NonZeroUsize,
    /// The longest that the server works on one statement, whole milliseconds.
    pub statement_timeout: Duration,
    /// The longest that a caller waits for a connection.
    pub acquire_timeout: Duration,
    /// The longest that a starting service waits for a server that takes no connections yet; zero for not at all.
    pub startup_wait: Duration,
}

const POOL_SIZE: NonZeroUsize = NonZeroUsize::new(16).expect("sixteen is not zero");
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(10);
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
const STARTUP_WAIT: Duration = Duration::from_secs(60);

/// A transaction that its client forgot, or a client that hangs, must not keep its row locks.
const IDLE_IN_TRANSACTION_TIMEOUT: Duration = Duration::from_secs(60);

/// How long a server that vanished without a word is believed to be there.
const SILENCE: Duration = Duration::from_secs(15);

impl Settings {
    /// Settings with the default limits.
    pub fn new(url: impl Into<SecretString>, application_name: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            application_name: application_name.into(),
            pool_size: POOL_SIZE,
            statement_timeout: STATEMENT_TIMEOUT,
            acquire_timeout: ACQUIRE_TIMEOUT,
            startup_wait: STARTUP_WAIT,
        }
    }

    /// Reads `{prefix}DATABASE_URL` (or `…_URL_FILE`), `…_POOL_SIZE`, `…_STATEMENT_TIMEOUT`, `…_ACQUIRE_TIMEOUT`
    /// and `…_STARTUP_WAIT`; the application is named after the prefix.
    pub fn read(env: &Environment, prefix: &str) -> Result<Self, SettingsError> {
        let name = |name: &str| format!("{prefix}DATABASE_{name}");
        let service = prefix.trim_end_matches('_').to_lowercase().replace('_', "-");
        let url = env.required_secret(&name("URL"))?;
        let defaults = Self::new(url, format!("pullwright-{service}"));
        let settings = Self {
            pool_size: env.parsed(&name("POOL_SIZE"), defaults.pool_size)?,
            statement_timeout: env
                .duration(&name("STATEMENT_TIMEOUT"), defaults.statement_timeout)?,
            acquire_timeout: env.duration(&name("ACQUIRE_TIMEOUT"), defaults.acquire_timeout)?,
            startup_wait: env.duration(&name("STARTUP_WAIT"), defaults.startup_wait)?,
            ..defaults
        };
        match settings.config() {
            Ok(_) => Ok(settings),
            // The parser's own words may quote the URL, which is a secret.
            Err(_) => Err(SettingsError::invalid(
                &name("URL"),
                "is no connection URL",
                "postgres://user:password@host:port/database",
            )),
        }
    }

    pub(crate) fn config(&self) -> Result<Config> {
        let mut config: Config = self.url.expose_secret().parse::<Config>()?;
        let limits = format!(
            "-c statement_timeout={} -c idle_in_transaction_session_timeout={}",
            self.statement_timeout.as_millis(),
            IDLE_IN_TRANSACTION_TIMEOUT.as_millis(),
        );
        let options = match config.get_options() {
            Some(given) => format!("{limits} {given}"),
            None => limits,
        };
        config.options(options).application_name(&self.application_name);
        config.connect_timeout(self.acquire_timeout).keepalives_idle(SILENCE);
        config.tcp_user_timeout(SILENCE);
        Ok(config)
    }
}

/// Opens a connection outside of the pool, for a session of its own such as `LISTEN`; the caller drives the connection.
pub async fn connect_alone(
    settings: &Settings,
) -> Result<(Client, Connection<Socket, NoTlsStream>)> {
    let config = settings.config()?;
    let connected = tokio::time::timeout(settings.acquire_timeout, config.connect(NoTls)).await;
    Ok(connected.map_err(|elapsed| PgError::Unavailable(elapsed.into()))??)
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "postgres://app:hidden@127.0.0.1:1/ledger";

    #[test]
    fn limits_are_read_under_the_prefix_of_the_service() {
        let env = Environment::from_pairs([
            ("PROPOSAL_DATABASE_URL", URL),
            ("PROPOSAL_DATABASE_POOL_SIZE", "3"),
            ("PROPOSAL_DATABASE_STATEMENT_TIMEOUT", "250ms"),
        ]);
        let settings = Settings::read(&env, "PROPOSAL_").unwrap();
        assert_eq!(settings.application_name, "pullwright-proposal");
        assert_eq!(settings.pool_size.get(), 3);
        assert_eq!(settings.statement_timeout, Duration::from_millis(250));
        assert_eq!(settings.acquire_timeout, Duration::from_secs(5));
        assert_eq!(settings.startup_wait, Duration::from_secs(60));
    }

    #[test]
    fn a_url_that_cannot_be_parsed_is_refused_without_being_quoted() {
        let env = Environment::from_pairs([("REGISTRY_DATABASE_URL", "postgres://a:hidden@h:x/")]);
        let line = Settings::read(&env, "REGISTRY_").unwrap_err().to_string();
        assert!(line.starts_with("REGISTRY_DATABASE_URL is no connection URL"), "{line}");
        assert!(!line.contains("hidden"), "{line}");
    }

    #[test]
    fn a_pool_of_nothing_is_refused() {
        let env = Environment::from_pairs([
            ("REGISTRY_DATABASE_URL", URL),
            ("REGISTRY_DATABASE_POOL_SIZE", "0"),
        ]);
        assert!(Settings::read(&env, "REGISTRY_").is_err());
    }

    #[test]
    fn options_of_the_url_have_the_last_word() {
        let url = format!("{URL}?options=-c%20statement_timeout%3D1");
        let config = Settings::new(url, "test").config().unwrap();
        let options = config.get_options().unwrap();
        assert!(options.ends_with("-c statement_timeout=1"), "{options}");
    }

    #[test]
    fn debug_does_not_show_the_url() {
        assert!(!format!("{:?}", Settings::new(URL, "test")).contains("hidden"));
    }
}
