//! What a forge can be told when it starts. It does not read flags or files.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, SystemClock};

/// Settings of one forge.
#[derive(Clone)]
pub struct ForgeOptions {
    /// Address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Folder for the bare repositories; a temporary one, removed at the end, when absent.
    pub data: Option<PathBuf>,
    /// Base of `html_url` and of every URL in an answer, without a slash at the end; the listening address when absent.
    pub web_url: Option<String>,
    /// Time limit of one webhook delivery; GitHub's is 10 s.
    pub delivery_timeout: Duration,
    /// How long the log of a hook shows a delivery; GitHub's is three days.
    pub delivery_retention: Duration,
    /// What the `x-ratelimit-*` headers say.
    pub rate_limit: RateLimit,
    /// Where dates come from.
    pub clock: Arc<dyn Clock>,
    /// `PATH` of the git children, which get nothing else from the environment.
    pub path: OsString,
}

/// The primary rate limit, counted per token over fixed windows.
#[derive(Debug, Clone, Copy)]
pub struct RateLimit {
    /// Requests allowed in one window.
    pub limit: u32,
    /// Length of a window, whole seconds.
    pub window: Duration,
    /// Whether requests above the limit are refused with 403; an Enterprise Server's default is that they are not.
    pub enforced: bool,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self { limit: 5000, window: Duration::from_secs(3600), enforced: false }
    }
}

impl Default for ForgeOptions {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            data: None,
            web_url: None,
            delivery_timeout: Duration::from_secs(10),
            delivery_retention: Duration::from_secs(3 * 24 * 3600),
            rate_limit: RateLimit::default(),
            clock: Arc::new(SystemClock),
            path: std::env::var_os("PATH").unwrap_or_else(|| "/usr/local/bin:/usr/bin:/bin".into()),
        }
    }
}
