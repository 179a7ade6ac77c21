//! The one HTTP client: time limits, TLS, no redirects, no proxy of the environment, no repeats.

use std::{fmt, sync::Arc, time::Duration};

use pullwright_types::{Clock, Host, RepositoryName};
use reqwest::redirect::Policy;
use secrecy::SecretString;

use crate::Repository;

/// A pooled connection is not used again after this long without a request: GitHub closes idle ones, and a mutation
/// on a closing connection has an unknown outcome.
const IDLE: Duration = Duration::from_secs(30);

/// Time limits of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeLimits {
    /// Until the connection stands, TLS included.
    pub connect: Duration,
    /// From the start until the last byte of the answer.
    pub request: Duration,
}

impl Default for TimeLimits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), request: Duration::from_secs(15) }
    }
}

/// Why no client could be made.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client could not be made")]
pub struct BuildError(#[source] reqwest::Error);

/// Speaks to GitHub hosts; clones share the connections.
#[derive(Clone)]
pub struct Client {
    tls: reqwest::Client,
    plaintext: reqwest::Client,
    clock: Arc<dyn Clock>,
}

impl Client {
    /// Makes the client; `clock` is asked when GitHub names a time of day to wait for.
    pub fn new(
        user_agent: &str,
        limits: TimeLimits,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, BuildError> {
        // An error says that this process has a provider already, which is what is wanted.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let build = |https_only| {
            reqwest::Client::builder()
                .user_agent(user_agent)
                .connect_timeout(limits.connect)
                .timeout(limits.request)
                .pool_idle_timeout(IDLE)
                .redirect(Policy::none())
                .retry(reqwest::retry::never())
                .no_proxy()
                .referer(false)
                .https_only(https_only)
                .build()
                .map_err(BuildError)
        };
        Ok(Self { tls: build(true)?, plaintext: build(false)?, clock })
    }

    /// A repository on a host, spoken to with `token`.
    #[must_use]
    pub fn repository<'a>(
        &'a self,
        host: &'a Host,
        name: &'a RepositoryName,
        token: &'a SecretString,
    ) -> Repository<'a> {
        Repository { client: self, host, name, token }
    }

    /// The connections for a host: in the clear to this machine only, whatever the host says.
    pub(crate) fn connections(&self, host: &Host) -> &reqwest::Client {
        let loopback = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
        let is_loopback = loopback.iter().any(|prefix| {
            host.api
                .strip_prefix(prefix)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
        });
        if is_loopback { &self.plaintext } else { &self.tls }
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}
