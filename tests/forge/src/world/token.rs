//! Tokens and what they allow. A token's own words are kept as a digest only, so nothing can print them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// What a token may do with a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Permission {
    /// Fetch and GET.
    Read,
    /// Also push, and change over REST.
    Write,
}

/// A permission on one repository or on many.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Grant {
    /// `owner/name`, `owner/*` or `*`.
    pub repository: String,
    /// What is allowed there.
    pub permission: Permission,
}

/// A token to be known from now on; the same login and token again adds to its grants.
#[derive(Clone, Serialize, Deserialize)]
pub struct NewToken {
    /// Who acts with it.
    pub login: String,
    /// The secret itself.
    pub token: String,
    /// What it may do.
    pub grants: Vec<Grant>,
    /// What kind of token it is.
    #[serde(default)]
    pub kind: TokenKind,
    /// When it stops working; never when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// A kind of token, as far as REST lets it be seen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// A fine-grained token, or one of an App: GitHub does not list what it may do.
    #[default]
    FineGrained,
    /// The same without the permission *Pull requests*.
    WithoutPullRequests,
    /// The same without the permission *Webhooks*.
    WithoutWebhooks,
    /// The same with the permission *Webhooks* to read only.
    ReadsWebhooks,
    /// A classic token, whose scopes stand in every answer. The grants say what its account may do; the scopes narrow them
    /// for hooks only.
    Classic {
        /// The scopes.
        scopes: Vec<String>,
    },
}

impl NewToken {
    /// Makes a token with one grant.
    pub fn new(
        login: impl Into<String>,
        token: impl Into<String>,
        repository: impl Into<String>,
        permission: Permission,
    ) -> Self {
        let grants = vec![Grant { repository: repository.into(), permission }];
        Self {
            login: login.into(),
            token: token.into(),
            grants,
            kind: TokenKind::default(),
            expires_at: None,
        }
    }

    /// Makes it one of another kind.
    pub fn of_kind(mut self, kind: TokenKind) -> Self {
        self.kind = kind;
        self
    }

    /// Gives it an end.
    pub fn until(mut self, expires_at: Timestamp) -> Self {
        self.expires_at = Some(expires_at);
        self
    }
}

impl std::fmt::Debug for NewToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewToken")
            .field("login", &self.login)
            .field("grants", &self.grants)
            .finish_non_exhaustive()
    }
}

/// Who a request comes from.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    /// Account of the token.
    pub(crate) login: String,
    /// Place of the token in the list; what the rate limit is counted by.
    pub(crate) index: usize,
    /// Kind of the token.
    pub(crate) kind: TokenKind,
    /// End of the token.
    pub(crate) expires_at: Option<Timestamp>,
}

struct Token {
    login: String,
    digest: [u8; 32],
    grants: Vec<Grant>,
    kind: TokenKind,
    expires_at: Option<Timestamp>,
}

/// All known tokens.
#[derive(Default)]
pub(crate) struct Tokens(Vec<Token>);

impl Tokens {
    /// Makes a token known, or widens what it may do; its kind and end are those that were said last.
    pub(crate) fn add(&mut self, new: &NewToken) {
        let digest: [u8; 32] = Sha256::digest(new.token.as_bytes()).into();
        match self.0.iter_mut().find(|token| token.digest == digest && token.login == new.login) {
            Some(token) => {
                token.grants.extend(new.grants.iter().cloned());
                token.kind = new.kind.clone();
                token.expires_at = new.expires_at;
            }
            None => self.0.push(Token {
                login: new.login.clone(),
                digest,
                grants: new.grants.clone(),
                kind: new.kind.clone(),
                expires_at: new.expires_at,
            }),
        }
    }

    /// Forgets a token; says whether it was known.
    pub(crate) fn revoke(&mut self, secret: &str) -> bool {
        let digest: [u8; 32] = Sha256::digest(secret.as_bytes()).into();
        let Some(token) = self.0.iter_mut().find(|token| token.digest == digest) else {
            return false;
        };
        // The place stays taken: identities are counted by it.
        token.digest = [0; 32];
        token.grants.clear();
        true
    }

    /// Finds whose token this is unless it has come to its end, in a time that does not depend on how much of it is right.
    pub(crate) fn identify(&self, secret: &str, now: Timestamp) -> Option<Identity> {
        let digest: [u8; 32] = Sha256::digest(secret.as_bytes()).into();
        let mut found = None;
        for (index, token) in self.0.iter().enumerate() {
            if bool::from(token.digest.ct_eq(&digest)) {
                found = Some(Identity {
                    login: token.login.clone(),
                    index,
                    kind: token.kind.clone(),
                    expires_at: token.expires_at,
                });
            }
        }
        found.filter(|found| found.expires_at.is_none_or(|end| now < end))
    }

    /// Returns the most that the token may do with a repository.
    pub(crate) fn permission(&self, identity: &Identity, full_name: &str) -> Option<Permission> {
        let token = self.0.get(identity.index)?;
        token
            .grants
            .iter()
            .filter(|grant| covers(&grant.repository, full_name))
            .map(|grant| grant.permission)
            .max()
    }

    /// Follows a repository to its new name: GitHub grants by repository, not by name.
    pub(crate) fn renamed(&mut self, old: &str, new: &str) {
        for grant in self.0.iter_mut().flat_map(|token| &mut token.grants) {
            if grant.repository.eq_ignore_ascii_case(old) {
                grant.repository = new.to_owned();
            }
        }
    }

    /// Says whether an account holds any token.
    pub(crate) fn knows(&self, login: &str) -> bool {
        self.0.iter().any(|token| token.login.eq_ignore_ascii_case(login))
    }
}

/// Says whether `owner/name`, `owner/*` or `*` covers a repository.
pub(super) fn covers(pattern: &str, full_name: &str) -> bool {
    let (pattern, full_name) = (pattern.to_lowercase(), full_name.to_lowercase());
    match pattern.strip_suffix('*') {
        Some(prefix) => full_name.starts_with(prefix),
        None => pattern == full_name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_grant_wins_and_others_cover_nothing() {
        let mut tokens = Tokens::default();
        tokens.add(&NewToken::new("bot", "one", "acme/*", Permission::Read));
        tokens.add(&NewToken::new("bot", "one", "Acme/Config", Permission::Write));
        let bot = tokens.identify("one", Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(tokens.permission(&bot, "acme/config"), Some(Permission::Write));
        assert_eq!(tokens.permission(&bot, "acme/other"), Some(Permission::Read));
        assert_eq!(tokens.permission(&bot, "other/config"), None);
    }

    #[test]
    fn a_revoked_token_is_nobody() {
        let mut tokens = Tokens::default();
        tokens.add(&NewToken::new("bot", "one", "*", Permission::Read));
        assert!(tokens.revoke("one"));
        assert!(tokens.identify("one", Timestamp::UNIX_EPOCH).is_none());
        assert!(!tokens.revoke("one"));
    }

    #[test]
    fn a_token_is_nobody_from_its_end_on() {
        let end = Timestamp::from_second(100).unwrap();
        let mut tokens = Tokens::default();
        tokens.add(&NewToken::new("bot", "one", "*", Permission::Read).until(end));
        assert!(tokens.identify("one", Timestamp::from_second(99).unwrap()).is_some());
        assert!(tokens.identify("one", end).is_none());
    }
}
