//! The HTTP client: time limits, TLS, no redirects, no proxy. Knows no endpoint.

use std::{fmt, sync::Arc, time::Duration};

use pullwright_types::{Clock, Host, RepositoryName};
use reqwest::{
    header::{ACCEPT, HeaderMap, HeaderName, HeaderValue},
    redirect,
};
use secrecy::SecretString;

use crate::{Deliveries, Repository, numbers};

/// How long calls may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeLimits {
    /// Until the connection stands, TLS included; 5 s by default.
    pub connect: Duration,
    /// From the start of the call to the last byte of the answer, connecting included; 15 s by default.
    pub request: Duration,
}

impl Default for TimeLimits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), request: Duration::from_secs(15) }
    }
}

/// The HTTP client cannot be made: the user agent cannot be a header, or TLS has no roots.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be made")]
pub struct BuildError(#[source] reqwest::Error);

/// Talks to GitHub hosts; holds the pool of connections, and no credential. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    pub(crate) http: reqwest::Client,
    pub(crate) limits: TimeLimits,
    pub(crate) clock: Arc<dyn Clock>,
}

/// Shorter than servers keep an idle connection, so that few requests meet one that is being closed.
const IDLE: Duration = Duration::from_secs(30);

impl Client {
    /// Makes a client that calls itself `user_agent`; `clock` tells how far away a rate limit's end is.
    ///
    /// Neither redirects nor proxies named in the environment are followed: both would carry a credential to a host that is not
    /// the repository's.
    ///
    /// # Errors
    /// The user agent cannot be a header, or TLS cannot be set up.
    pub fn new(
        user_agent: &str,
        limits: TimeLimits,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, BuildError> {
        // An error says that the process has a provider already, and any provider will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        numbers::describe();
        let headers = HeaderMap::from_iter([
            (ACCEPT, HeaderValue::from_static("application/vnd.github+json")),
            (
                HeaderName::from_static("x-github-api-version"),
                HeaderValue::from_static("2022-11-28"),
            ),
        ]);
        let http = reqwest::Client::builder()
            .user_agent(user_agent)
            .default_headers(headers)
            .connect_timeout(limits.connect)
            .pool_idle_timeout(IDLE)
            .redirect(redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .retry(reqwest::retry::never())
            .build()
            .map_err(BuildError)?;
        Ok(Self { http, limits, clock })
    }

    /// A repository on a host; the token is sent to that host's `api` and nowhere else.
    #[must_use]
    pub fn repository<'a>(
        &'a self,
        host: &'a Host,
        name: &'a RepositoryName,
        token: &'a SecretString,
    ) -> Repository<'a> {
        Repository { client: self, host, name, token, trail: None }
    }

    /// The log of what a GitHub App's hook was sent; the token speaks for the App itself and goes to the host's `api` only.
    #[must_use]
    pub fn app_deliveries<'a>(&'a self, host: &'a Host, token: &'a SecretString) -> Deliveries<'a> {
        Deliveries::of_app(self, host, token)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("limits", &self.limits).finish_non_exhaustive()
    }
}
