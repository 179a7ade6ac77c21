//! A webhook subscription of a repository or of an App. Its secret is never shown again.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How a delivery's body is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HookFormat {
    /// The payload itself.
    #[default]
    Json,
    /// The payload as the form field `payload`; what GitHub's REST takes when nothing is said.
    Form,
}

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
    /// How bodies are written.
    #[serde(default)]
    pub content_type: HookFormat,
    /// Whether a certificate that cannot be verified is taken; only shown, the forge checks none.
    #[serde(default)]
    pub insecure_ssl: bool,
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
            content_type: HookFormat::Json,
            insecure_ssl: false,
        }
    }

    /// Subscribes to other events.
    pub fn events<const N: usize>(mut self, events: [&str; N]) -> Self {
        self.events = events.map(str::to_owned).to_vec();
        self
    }
}

/// What is to be changed of a subscription, as by a person on its settings page; what is absent stays.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct HookEdit {
    /// Where deliveries are sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Key of the signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// Names of events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<String>>,
    /// Whether deliveries are sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// How bodies are written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<HookFormat>,
    /// Whether a certificate that cannot be verified is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub insecure_ssl: Option<bool>,
}

impl std::fmt::Debug for HookEdit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HookEdit")
            .field("url", &self.url)
            .field("events", &self.events)
            .field("active", &self.active)
            .finish_non_exhaustive()
    }
}

/// How the last delivery of a hook ended, in the words of GitHub's `last_response`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct LastResponse {
    /// Status of the answer; absent before the first delivery.
    pub code: Option<u16>,
    /// `unused`, `active` or what went wrong.
    pub status: String,
    /// The delivery's status.
    pub message: Option<String>,
}

impl std::fmt::Debug for NewHook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewHook")
            .field("url", &self.url)
            .field("events", &self.events)
            .finish_non_exhaustive()
    }
}

/// A subscription of a repository or of an App.
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
    /// How bodies are written.
    #[serde(default)]
    pub content_type: HookFormat,
    /// Whether a certificate that cannot be verified is taken; only shown, the forge checks none.
    #[serde(default)]
    pub insecure_ssl: bool,
    /// How the last delivery ended.
    #[serde(default)]
    pub last_response: LastResponse,
    /// Key of the signature.
    #[serde(skip)]
    pub(crate) secret: Option<String>,
}

impl Hook {
    /// Makes a hook from what was asked for.
    pub(crate) fn new(id: u64, new: NewHook, now: Timestamp) -> Self {
        Self {
            id,
            url: new.url,
            events: new.events,
            active: new.active,
            created_at: now,
            updated_at: now,
            content_type: new.content_type,
            insecure_ssl: new.insecure_ssl,
            last_response: LastResponse { status: "unused".to_owned(), ..LastResponse::default() },
            secret: new.secret,
        }
    }

    /// Applies a change.
    pub(crate) fn edit(&mut self, edit: HookEdit, now: Timestamp) {
        if let Some(url) = edit.url {
            self.url = url;
        }
        if let Some(secret) = edit.secret {
            self.secret = Some(secret);
        }
        if let Some(events) = edit.events {
            self.events = events;
        }
        self.active = edit.active.unwrap_or(self.active);
        self.content_type = edit.content_type.unwrap_or(self.content_type);
        self.insecure_ssl = edit.insecure_ssl.unwrap_or(self.insecure_ssl);
        self.updated_at = now;
    }

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
