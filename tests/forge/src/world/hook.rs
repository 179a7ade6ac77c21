//! A repository's webhook subscription. Its secret is never shown again.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A subscription to be made.
#[derive(Clone, Serialize, Deserialize)]
pub struct NewHook {
    /// Where deliveries are sent.
    pub url: String,
    /// Key of the signature; no signature header when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// Names of events, or `*`; `pull_request` alone when absent.
    #[serde(default = "default_events")]
    pub events: Vec<String>,
    /// Whether deliveries are sent.
    #[serde(default = "default_active")]
    pub active: bool,
}

fn default_events() -> Vec<String> {
    vec!["pull_request".to_owned()]
}

fn default_active() -> bool {
    true
}

impl NewHook {
    /// Subscribes to pull requests, signed with a secret.
    pub fn new(url: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            secret: Some(secret.into()),
            events: default_events(),
            active: true,
        }
    }
}

impl std::fmt::Debug for NewHook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewHook")
            .field("url", &self.url)
            .field("events", &self.events)
            .finish_non_exhaustive()
    }
}

/// A subscription of a repository.
#[derive(Clone, Serialize, Deserialize)]
pub struct Hook {
    /// Numeric id.
    pub id: u64,
    /// Where deliveries are sent.
    pub url: String,
    /// Names of events, or `*`.
    pub events: Vec<String>,
    /// Whether deliveries are sent.
    pub active: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Key of the signature.
    #[serde(skip)]
    pub(crate) secret: Option<String>,
}

impl Hook {
    /// Says whether it wants an event; a ping goes to every active hook.
    pub(crate) fn wants(&self, event: &str) -> bool {
        self.active
            && (event == "ping" || self.events.iter().any(|name| name == "*" || name == event))
    }
}

impl std::fmt::Debug for Hook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hook").field("id", &self.id).field("url", &self.url).finish_non_exhaustive()
    }
}
