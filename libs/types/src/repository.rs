//! Where a repository is: host, owner, name.

use std::fmt;

use crate::{Hosts, Malformed};

/// A repository's owner and name, spelled as given and compared without case, as GitHub does.
#[derive(Debug, Clone)]
pub struct RepositoryName {
    owner: String,
    name: String,
}

impl RepositoryName {
    /// Checks owner and name: `[A-Za-z0-9._-]`, 1 to 100 characters, neither `.` nor `..`, and no `.git` at the end of the name.
    pub fn new(owner: &str, name: &str) -> Result<Self, Malformed> {
        if part(owner) && part(name) && !name.to_ascii_lowercase().ends_with(".git") {
            Ok(Self { owner: owner.to_owned(), name: name.to_owned() })
        } else {
            Err(Malformed {
                rule: "must be an owner and a repository name of letters, digits, `.`, `_` and `-`",
            })
        }
    }

    /// Reads `owner/name`.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let (owner, name) =
            text.split_once('/').ok_or(Malformed { rule: "must be `owner/name`" })?;
        Self::new(owner, name)
    }

    /// The owner.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `owner/name` in lower case: the form to compare and to key by.
    #[must_use]
    pub fn key(&self) -> String {
        self.to_string().to_ascii_lowercase()
    }
}

impl PartialEq for RepositoryName {
    fn eq(&self, other: &Self) -> bool {
        self.owner.eq_ignore_ascii_case(&other.owner) && self.name.eq_ignore_ascii_case(&other.name)
    }
}

impl Eq for RepositoryName {}

impl fmt::Display for RepositoryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

fn part(text: &str) -> bool {
    let legal = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'_' | b'-');
    (1..=100).contains(&text.len()) && text.bytes().all(legal) && text != "." && text != ".."
}

/// A repository's address on a configured host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryUrl {
    /// The host's web address.
    pub host: String,
    /// Owner and name.
    pub repository: RepositoryName,
}

impl RepositoryUrl {
    /// Reads `{web}/{owner}/{name}` or `{web}/{owner}/{name}.git`, where `web` is a configured host to the letter.
    ///
    /// Everything else is refused: user, port, query, fragment, percent and look-alike letters can therefore never reach git. So are names
    /// that GitHub gives to nobody: an owner of more than 39 characters or beginning with `-`, a repository ending in `.wiki`.
    pub fn parse(text: &str, hosts: &Hosts) -> Result<Self, Malformed> {
        const RULE: Malformed =
            Malformed { rule: "must be `{host}/{owner}/{name}` on a configured GitHub host" };
        hosts
            .iter()
            .find_map(|host| {
                let path = text.strip_prefix(&host.web)?.strip_prefix('/')?;
                let path = path.strip_suffix(".git").unwrap_or(path);
                let repository = RepositoryName::parse(path).ok().filter(is_given)?;
                Some(Self { host: host.web.clone(), repository })
            })
            .ok_or(RULE)
    }
}

/// Whether GitHub could give this name to a repository that is not a wiki.
fn is_given(repository: &RepositoryName) -> bool {
    const LONGEST_OWNER: usize = 39;
    repository.owner.len() <= LONGEST_OWNER
        && !repository.owner.starts_with('-')
        && !repository.name.to_ascii_lowercase().ends_with(".wiki")
}

impl fmt::Display for RepositoryUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.host, self.repository)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("https://github.com/acme/search-config", "acme/search-config")]
    #[case("https://github.com/acme/search-config.git", "acme/search-config")]
    #[case("https://github.com/Acme/a.b_c-d", "Acme/a.b_c-d")]
    fn an_address_on_a_configured_host_is_read(#[case] url: &str, #[case] full_name: &str) {
        let parsed = RepositoryUrl::parse(url, &Hosts::default()).expect(url);
        assert_eq!(parsed.repository.to_string(), full_name);
    }

    #[rstest]
    #[case("https://gitlab.com/acme/x")]
    #[case("http://github.com/acme/x")]
    #[case("git@github.com:acme/x.git")]
    #[case("https://github.com/../..")]
    #[case("https://github.com/acme/..")]
    #[case("https://github.com/acme")]
    #[case("https://github.com/acme/x/y")]
    #[case("https://github.com/acme/x\n")]
    #[case("https://github.com/acme/x?y=1")]
    #[case("https://github.com/acme/x#y")]
    #[case("https://github.com/acme/%2e%2e")]
    #[case("https://github.com:443/acme/x")]
    #[case("https://user@github.com/acme/x")]
    #[case("https://github.com.evil.example/acme/x")]
    #[case("https://github.com@evil.example/acme/x")]
    #[case("https://g\u{456}thub.com/acme/x")]
    #[case("HTTPS://GITHUB.COM/acme/x")]
    #[case("https://github.com/acme/.git")]
    #[case("https://github.com/acme/x.git.git")]
    #[case("https://github.com/acme/x/")]
    #[case("https://github.com//acme/x")]
    #[case("https://github.com/./x")]
    #[case("https://github.com/-acme/x")]
    #[case("https://github.com/acme/x.wiki")]
    #[case("https://github.com/acme/x.WIKI.git")]
    #[case("https://github.com/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/x")]
    #[case("\nhttps://github.com/acme/x")]
    #[case("https://github.com/acme/x ")]
    #[case("https://github.com/acme/x\0")]
    fn every_other_address_is_refused(#[case] url: &str) {
        assert!(RepositoryUrl::parse(url, &Hosts::default()).is_err(), "{url}");
    }

    #[test]
    fn names_are_compared_without_case() {
        assert_eq!(
            RepositoryName::parse("Acme/X").expect("valid"),
            RepositoryName::parse("acme/x").expect("valid")
        );
    }
}
