//! Which secret is for what and for whom.
//!
//! The first registration that names a secret binds it to a use and, unless the secret has a list of repositories of its own,
//! to an owner. A secret is never both a credential and a webhook secret. Those of GitHub Apps are bound by the configuration, to no
//! owner; no registration can name them.

use std::fmt;

/// What a secret is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretKind {
    /// A credential for git and GitHub's API.
    Credential,
    /// The key of a webhook's signatures.
    WebhookSecret,
    /// The private key of a GitHub App.
    AppPrivateKey,
    /// The key of the signatures of a GitHub App's webhook.
    AppWebhookSecret,
}

impl SecretKind {
    /// All kinds.
    pub const ALL: [Self; 4] =
        [Self::Credential, Self::WebhookSecret, Self::AppPrivateKey, Self::AppWebhookSecret];

    /// The kind's name in a row.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Credential => "credential",
            Self::WebhookSecret => "webhook_secret",
            Self::AppPrivateKey => "app_private_key",
            Self::AppWebhookSecret => "app_webhook_secret",
        }
    }
}

impl fmt::Display for SecretKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Credential => "credential",
            Self::WebhookSecret => "webhook secret",
            Self::AppPrivateKey => "private key of a GitHub App",
            Self::AppWebhookSecret => "webhook secret of a GitHub App",
        })
    }
}

/// What a secret is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Its use.
    pub kind: SecretKind,
    /// The web address of its host.
    pub host: String,
    /// Its owner on that host, in lower case; empty for an App's, which belongs to nobody who registers.
    pub owner: String,
}

impl Binding {
    /// What a registration of `kind` by `owner` on `host` would bind a secret to.
    #[must_use]
    pub fn new(kind: SecretKind, host: &str, owner: &str) -> Self {
        Self { kind, host: host.to_owned(), owner: owner.to_ascii_lowercase() }
    }

    /// Whether a secret that is bound to `self` may be used as `wanted` says; `listed` when the secret's own list allows the repository.
    ///
    /// # Errors
    /// What stands against it, as a sentence part after the secret's name.
    pub fn admits(&self, wanted: &Self, listed: bool) -> Result<(), &'static str> {
        if self.kind != wanted.kind {
            return Err(match self.kind {
                SecretKind::Credential => {
                    "is a credential already; a webhook secret must be another one"
                }
                SecretKind::WebhookSecret => {
                    "is a webhook secret already; a credential must be another one"
                }
                SecretKind::AppPrivateKey | SecretKind::AppWebhookSecret => {
                    "is a secret of a GitHub App, which no repository may name"
                }
            });
        }
        let same_owner = self.host == wanted.host && self.owner == wanted.owner;
        if same_owner || listed { Ok(()) } else { Err("belongs to repositories of another owner") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn binding(kind: SecretKind, host: &str, owner: &str) -> Binding {
        Binding::new(kind, host, owner)
    }

    #[test]
    fn a_secret_serves_one_owner_in_any_case() {
        let bound = binding(SecretKind::Credential, "https://github.com", "Acme");
        assert_eq!(
            bound.admits(&binding(SecretKind::Credential, "https://github.com", "ACME"), false),
            Ok(())
        );
        assert!(
            bound
                .admits(&binding(SecretKind::Credential, "https://github.com", "other"), false)
                .is_err()
        );
        assert!(
            bound
                .admits(&binding(SecretKind::Credential, "https://ghe.example", "acme"), false)
                .is_err()
        );
    }

    #[test]
    fn a_list_admits_another_owner_and_never_another_use() {
        let bound = binding(SecretKind::Credential, "https://github.com", "acme");
        assert_eq!(
            bound.admits(&binding(SecretKind::Credential, "https://github.com", "other"), true),
            Ok(())
        );
        assert!(
            bound
                .admits(&binding(SecretKind::WebhookSecret, "https://github.com", "acme"), true)
                .is_err()
        );
    }

    #[test]
    fn no_repository_may_name_a_secret_of_an_app_whatever_its_list_says() {
        for kind in [SecretKind::AppPrivateKey, SecretKind::AppWebhookSecret] {
            let bound = binding(kind, "https://github.com", "");
            for wanted in [SecretKind::Credential, SecretKind::WebhookSecret] {
                for owner in ["acme", ""] {
                    let wanted = binding(wanted, "https://github.com", owner);
                    assert!(bound.admits(&wanted, true).is_err(), "{bound:?} {wanted:?}");
                }
            }
        }
    }
}
