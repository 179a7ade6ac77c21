//! The list beside a secret: which repositories may name it, one `host/owner/name` or `host/owner/*` a line.

use pullwright_types::{RepositoryName, RepositoryUrl};

/// A parsed list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repositories(Vec<Entry>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    host: String,
    owner: String,
    /// Lower case; `None` for every repository of the owner.
    name: Option<String>,
}

/// A line that is neither `host/owner/name` nor `host/owner/*`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line} is neither `host/owner/name` nor `host/owner/*`")]
pub struct MalformedList {
    /// The line, from 1.
    pub line: usize,
}

impl Repositories {
    /// Reads a list; empty lines and lines that begin with `#` are skipped, case is ignored.
    ///
    /// # Errors
    /// The first malformed line.
    pub fn parse(text: &str) -> Result<Self, MalformedList> {
        let mut entries = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            entries.push(Entry::parse(line).ok_or(MalformedList { line: index + 1 })?);
        }
        Ok(Self(entries))
    }

    /// Whether the list has this repository.
    #[must_use]
    pub fn admits(&self, url: &RepositoryUrl) -> bool {
        let host = bare(&url.host);
        self.0.iter().any(|entry| {
            entry.host == host
                && entry.owner.eq_ignore_ascii_case(url.repository.owner())
                && entry
                    .name
                    .as_deref()
                    .is_none_or(|name| name.eq_ignore_ascii_case(url.repository.name()))
        })
    }
}

impl Entry {
    fn parse(line: &str) -> Option<Self> {
        let (rest, name) = line.rsplit_once('/')?;
        let (host, owner) = rest.rsplit_once('/')?;
        let any = name == "*";
        let checked = RepositoryName::new(owner, if any { "any" } else { name }).ok()?;
        let host_is_plain =
            !host.is_empty() && !host.contains("://") && !host.contains(char::is_whitespace);
        host_is_plain.then(|| Self {
            host: host.to_ascii_lowercase(),
            owner: checked.owner().to_owned(),
            name: (!any).then(|| checked.name().to_owned()),
        })
    }
}

/// A web address without its scheme, in lower case.
fn bare(web: &str) -> String {
    web.split_once("://").map_or(web, |(_, rest)| rest).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use pullwright_types::Hosts;

    use super::*;

    fn admits(list: &str, url: &str) -> bool {
        let hosts = Hosts::parse(
            r#"[{"web":"https://github.com","api":"https://api.github.com","git":"https://github.com"},
                {"web":"http://127.0.0.1:7005","api":"http://127.0.0.1:7005","git":"http://127.0.0.1:7005"}]"#,
        )
        .expect("valid");
        Repositories::parse(list)
            .expect("valid")
            .admits(&RepositoryUrl::parse(url, &hosts).expect("valid"))
    }

    #[test]
    fn one_repository_or_all_of_an_owner_are_admitted() {
        assert!(admits("# ours\n\n github.com/Acme/x \n", "https://github.com/acme/X"));
        assert!(admits("github.com/acme/*", "https://github.com/acme/any"));
        assert!(admits("127.0.0.1:7005/acme/x", "http://127.0.0.1:7005/acme/x"));
    }

    #[test]
    fn anything_else_is_not() {
        for list in [
            "",
            "github.com/acme/y",
            "github.com/other/*",
            "ghe.example/acme/x",
            "127.0.0.1/acme/x",
        ] {
            assert!(!admits(list, "https://github.com/acme/x"), "{list}");
        }
        assert!(!admits("127.0.0.1/acme/x", "http://127.0.0.1:7005/acme/x"));
    }

    #[test]
    fn a_malformed_line_is_named() {
        for line in [
            "acme/x",
            "github.com/*/x",
            "https://github.com/acme/x",
            "github.com/acme/",
            "*",
            "a b/acme/x",
        ] {
            assert_eq!(
                Repositories::parse(&format!("\n{line}")),
                Err(MalformedList { line: 2 }),
                "{line}"
            );
        }
    }
}
