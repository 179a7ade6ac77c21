//! The GitHub hosts that an installation knows: github.com, Enterprise Servers, our own forge. All three are one code path.

use serde::Deserialize;
use thiserror::Error;

/// One GitHub host. A credential of one of its repositories is sent to its `api` and `git` only.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Host {
    /// Where people look, such as `https://github.com`; repository and pull-request addresses begin with it.
    pub web: String,
    /// The base of the REST API, such as `https://api.github.com`.
    pub api: String,
    /// The base of git's smart HTTP, such as `https://github.com`.
    pub git: String,
}

impl Host {
    /// Whether git and the API are spoken in the clear; possible on loopback only.
    #[must_use]
    pub fn is_plaintext(&self) -> bool {
        self.git.starts_with("http://")
    }
}

/// All known hosts; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hosts(Vec<Host>);

/// Why a list of hosts cannot be used.
#[derive(Debug, Error)]
pub enum HostsError {
    /// The text is not a JSON array of `{web, api, git}`.
    #[error("expected a JSON array of {{\"web\", \"api\", \"git\"}}")]
    Malformed(#[source] serde_json::Error),
    /// The array has no entry.
    #[error("at least one host is needed")]
    Empty,
    /// An address is not of the form that an address must have.
    #[error("`{address}` {rule}")]
    Address {
        /// The address.
        address: String,
        /// What is wrong with it.
        rule: &'static str,
    },
}

impl Default for Hosts {
    fn default() -> Self {
        Self(vec![Host {
            web: "https://github.com".to_owned(),
            api: "https://api.github.com".to_owned(),
            git: "https://github.com".to_owned(),
        }])
    }
}

impl Hosts {
    /// Reads the content of a hosts file: a JSON array of `{"web", "api", "git"}`.
    ///
    /// Addresses are https; http is taken on 127.0.0.1, ::1 and localhost only. They have no user, query or fragment;
    /// a trailing slash is dropped.
    pub fn parse(text: &str) -> Result<Self, HostsError> {
        let mut hosts: Vec<Host> = serde_json::from_str(text).map_err(HostsError::Malformed)?;
        if hosts.is_empty() {
            return Err(HostsError::Empty);
        }
        for host in &mut hosts {
            for address in [&mut host.web, &mut host.api, &mut host.git] {
                *address = address.trim_end_matches('/').to_owned();
                check(address)
                    .map_err(|rule| HostsError::Address { address: address.clone(), rule })?;
            }
        }
        Ok(Self(hosts))
    }

    /// The host with this web address.
    #[must_use]
    pub fn by_web(&self, web: &str) -> Option<&Host> {
        self.0.iter().find(|host| host.web == web)
    }

    /// All hosts.
    pub fn iter(&self) -> impl Iterator<Item = &Host> {
        self.0.iter()
    }

    /// The web addresses, for messages.
    #[must_use]
    pub fn names(&self) -> String {
        self.0.iter().map(|host| host.web.as_str()).collect::<Vec<_>>().join(", ")
    }
}

fn check(address: &str) -> Result<(), &'static str> {
    let (rest, plaintext) =
        match (address.strip_prefix("https://"), address.strip_prefix("http://")) {
            (Some(rest), _) => (rest, false),
            (None, Some(rest)) => (rest, true),
            (None, None) => return Err("does not begin with https://"),
        };
    let legal = |c: char| c.is_ascii_alphanumeric() || "-._:/[]".contains(c);
    if rest.is_empty() || !rest.chars().all(legal) {
        return Err("may hold a host, a port and a path only");
    }
    let authority = rest.split('/').next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    if plaintext && !matches!(host, "127.0.0.1" | "::1" | "localhost") {
        return Err("is http, which is taken on 127.0.0.1, ::1 and localhost only");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(web: &str) -> Result<Hosts, HostsError> {
        Hosts::parse(&format!(r#"[{{"web":"{web}","api":"{web}/api/v3","git":"{web}"}}]"#))
    }

    #[test]
    fn without_a_file_the_host_is_github_com() {
        assert_eq!(
            Hosts::default().by_web("https://github.com").map(|host| host.api.as_str()),
            Some("https://api.github.com")
        );
    }

    #[test]
    fn http_is_taken_on_loopback_only() {
        for web in
            ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:9", "https://ghe.example"]
        {
            assert!(one(web).is_ok(), "{web}");
        }
        for web in [
            "http://ghe.example",
            "http://127.0.0.1.evil.example",
            "ftp://x",
            "https://",
            "https://user@x",
            "https://x?y",
        ] {
            assert!(one(web).is_err(), "{web}");
        }
    }

    #[test]
    fn a_trailing_slash_is_dropped() {
        assert!(
            one("https://ghe.example/")
                .is_ok_and(|hosts| hosts.by_web("https://ghe.example").is_some())
        );
    }
}
