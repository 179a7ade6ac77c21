//! Which repositories a body may be about: a scan of raw bytes, believed by nobody.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use pullwright_types::RepositoryName;

/// Most names that are tried: head, base and the repository itself, and one to spare.
const MOST_NAMES: usize = 4;
/// Most places that are looked at; a delivery has a handful.
const MOST_PLACES: usize = 64;
/// Longest `owner/name`.
const LONGEST: usize = 201;

static KEY: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::new(["\"full_name\""]).expect("one short pattern always compiles")
});

/// The repositories that members called `full_name` name, the first four, each once.
pub(super) fn full_names(body: &[u8]) -> Vec<RepositoryName> {
    let mut names: Vec<RepositoryName> = Vec::new();
    for place in KEY.find_iter(body).take(MOST_PLACES) {
        let Some(name) = value(&body[place.end()..]) else { continue };
        if !names.contains(&name) {
            names.push(name);
        }
        if names.len() == MOST_NAMES {
            break;
        }
    }
    names
}

/// The string after a colon, when a repository can have that name.
fn value(rest: &[u8]) -> Option<RepositoryName> {
    let rest = rest.trim_ascii_start().strip_prefix(b":")?;
    let rest = rest.trim_ascii_start().strip_prefix(b"\"")?;
    let end = rest.iter().take(LONGEST + 1).position(|byte| *byte == b'"')?;
    RepositoryName::parse(std::str::from_utf8(&rest[..end]).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(body: &str) -> Vec<String> {
        full_names(body.as_bytes()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn names_are_found_wherever_they_stand_and_once() {
        let body = r#"{"pull_request":{"head":{"repo":{"full_name" : "fork/x"}}},
            "repository":{"full_name":"Acme/x"}, "other":{"full_name":"acme/X"}}"#;
        assert_eq!(found(body), ["fork/x", "Acme/x"]);
    }

    #[test]
    fn four_names_and_sixty_four_places_are_the_most() {
        let names: Vec<_> = (0..9).map(|n| format!("{{\"full_name\":\"a/{n}\"}}")).collect();
        assert_eq!(found(&names.concat()), ["a/0", "a/1", "a/2", "a/3"]);
        let far = format!("{}\"full_name\":\"a/b\"", "\"full_name\":1,".repeat(MOST_PLACES));
        assert!(found(&far).is_empty());
    }

    #[test]
    fn what_no_repository_is_called_is_passed_over() {
        for body in [
            "",
            "\"full_name\"",
            "\"full_name\":",
            "\"full_name\":null",
            "\"full_name\":\"acme\"",
            "\"full_name\":\"acme/x?y\"",
            "\"full_name\":\"acme/x",
            "\\\"full_name\\\":\\\"acme/x\\\"",
            "\"full_name\":\"acme/../x\"",
        ] {
            assert!(found(body).is_empty(), "{body}");
        }
        assert!(full_names(b"\"full_name\":\"\xff/x\"").is_empty());
        assert!(found(&format!("\"full_name\":\"a/{}\"", "b".repeat(300))).is_empty());
    }
}
