//! Which repository, and by which credential.

use pullwright_settings::SecretString;
use pullwright_types::{Host, RepositoryName};
use uuid::Uuid;

/// A repository on a configured host, with the credential for it.
#[derive(Debug, Clone)]
pub struct Remote {
    repository_id: Uuid,
    url: String,
    credential: SecretString,
    plaintext: bool,
    is_aside: bool,
}

impl Remote {
    /// Names the repository on `host`; `repository_id` keys its folder, `credential` goes to this address only.
    #[must_use]
    pub fn new(
        repository_id: Uuid,
        host: &Host,
        name: &RepositoryName,
        credential: SecretString,
    ) -> Self {
        Self {
            repository_id,
            url: format!("{}/{name}.git", host.git),
            credential,
            plaintext: host.is_plaintext(),
            is_aside: false,
        }
    }

    /// The same remote, worked on in folders of its own that are thrown away: a question never makes a job wait, and leaves
    /// nothing in its way.
    #[must_use]
    pub fn aside(self) -> Self {
        Self { is_aside: true, ..self }
    }

    /// Whether its folders are thrown away.
    pub(super) fn is_aside(&self) -> bool {
        self.is_aside
    }

    /// The registry's id of the repository; it survives renames.
    #[must_use]
    pub fn repository_id(&self) -> Uuid {
        self.repository_id
    }

    /// The address of git's smart HTTP, without a credential.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The token.
    pub(crate) fn credential(&self) -> &SecretString {
        &self.credential
    }

    /// Whether git is spoken in the clear; possible on loopback only.
    #[must_use]
    pub fn is_plaintext(&self) -> bool {
        self.plaintext
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_credential_is_not_in_the_debug_text() {
        let host = Host {
            web: "https://ghe.example".to_owned(),
            api: "https://ghe.example/api/v3".to_owned(),
            git: "https://ghe.example".to_owned(),
        };
        let name = RepositoryName::new("acme", "search-config").unwrap();
        let remote = Remote::new(Uuid::nil(), &host, &name, "sentinel-credential".into());
        assert_eq!(remote.url(), "https://ghe.example/acme/search-config.git");
        assert!(!format!("{remote:?}").contains("sentinel"));
    }
}
