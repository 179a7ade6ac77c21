//! A GitHub App: its hook, its key and where it is installed. It does not verify anything with the key.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::token::covers;
use super::{Hook, NewHook};

/// An App to be registered.
#[derive(Clone, Serialize, Deserialize)]
pub struct NewApp {
    /// App id, the issuer of its tokens.
    pub id: u64,
    /// Name in URLs.
    pub slug: String,
    /// Account that owns it.
    pub owner: String,
    /// RSA key that its tokens are signed with, as PEM: the public half, or the private one as GitHub hands it out.
    pub key: String,
    /// Where its events are sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hook: Option<NewHook>,
}

impl std::fmt::Debug for NewApp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewApp")
            .field("id", &self.id)
            .field("slug", &self.slug)
            .finish_non_exhaustive()
    }
}

/// An App of the forge.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GithubApp {
    /// App id.
    pub id: u64,
    /// Name in URLs.
    pub slug: String,
    /// Account that owns it.
    pub owner: String,
    /// Where its events are sent.
    pub hook: Option<Hook>,
    /// Where it is installed, by id.
    pub installations: BTreeMap<u64, Installation>,
    /// When it was registered.
    pub created_at: Timestamp,
    /// RSA public key in DER, PKCS#1.
    #[serde(skip)]
    pub(crate) public_key: Vec<u8>,
}

impl GithubApp {
    /// Finds the installation that covers a repository.
    pub(crate) fn installation_of(&self, full_name: &str) -> Option<&Installation> {
        self.installations.values().find(|installation| installation.covers(full_name))
    }
}

/// An installation to be made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewInstallation {
    /// Account whose repositories it sees.
    pub account: String,
    /// `owner/name` or `owner/*`; all of the account when empty.
    #[serde(default)]
    pub repositories: Vec<String>,
}

impl NewInstallation {
    /// Covers all repositories of an account.
    pub fn on(account: impl Into<String>) -> Self {
        Self { account: account.into(), repositories: Vec::new() }
    }
}

/// An App's presence at an account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Installation {
    /// Numeric id.
    pub id: u64,
    /// App that it is of.
    pub app_id: u64,
    /// Account whose repositories it sees.
    pub account: String,
    /// `owner/name` or `owner/*`.
    pub repositories: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Installation {
    /// Says whether it sees a repository.
    pub(crate) fn covers(&self, full_name: &str) -> bool {
        self.repositories.iter().any(|pattern| covers(pattern, full_name))
    }
}
