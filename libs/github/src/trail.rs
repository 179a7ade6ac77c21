//! What happened on the way of one piece of work: how many requests GitHub answered, and whether the repository was found
//! elsewhere. Knows where a redirect may lead, and follows none itself.

use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use reqwest::Url;

/// A record of requests. Reads of a repository that keeps one follow a redirect once, on the same host's API only.
#[derive(Debug, Default)]
pub struct Trail {
    answered: AtomicU32,
    moved_to: AtomicI64,
}

impl Trail {
    /// How many requests GitHub answered, in whatever way.
    #[must_use]
    pub fn answered(&self) -> u32 {
        self.answered.load(Ordering::Relaxed)
    }

    /// GitHub's id of the repository, when it was found under another name than it was asked for by.
    #[must_use]
    pub fn moved_to(&self) -> Option<i64> {
        Some(self.moved_to.load(Ordering::Relaxed)).filter(|id| *id > 0)
    }

    pub(crate) fn note_answer(&self) {
        self.answered.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn note_move(&self, id: i64) {
        self.moved_to.store(id, Ordering::Relaxed);
    }
}

/// Where a read may go on that was sent to `asked` and answered with this location, and the repository's id that it names.
///
/// The credential goes along, so it must be the same API: its scheme, host and port, and below its path. GitHub's address of a
/// repository that was renamed is `/repositories/{id}`.
///
/// <https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects>
pub(crate) fn target(api: &str, asked: &Url, location: &[u8]) -> Option<(Url, i64)> {
    let api = Url::parse(api).ok()?;
    let mut url = asked.join(std::str::from_utf8(location).ok()?).ok()?;
    let is_same = url.scheme() == api.scheme()
        && url.host() == api.host()
        && url.port_or_known_default() == api.port_or_known_default()
        && url.username().is_empty()
        && url.password().is_none();
    let below = url.path().strip_prefix(api.path().trim_end_matches('/'))?.strip_prefix('/')?;
    let id = below.strip_prefix("repositories/")?.split('/').next()?.parse().ok()?;
    if !is_same || id <= 0 {
        return None;
    }
    url.set_fragment(None);
    if url.query().is_none() {
        url.set_query(asked.query());
    }
    Some((url, id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(api: &str, location: &str) -> Option<String> {
        let asked = Url::parse(&format!("{api}/repos/acme/old/pulls/7?page=2")).unwrap();
        target(api, &asked, location.as_bytes()).map(|(url, id)| format!("{id} {url}"))
    }

    #[test]
    fn a_redirect_leads_to_a_repository_of_the_same_api_or_nowhere() {
        let api = "https://ghe.example/api/v3";
        let there = "https://ghe.example/api/v3/repositories/42/pulls/7";
        assert_eq!(to(api, there).unwrap(), format!("42 {there}?page=2"));
        let with_query = format!("{there}?page=3");
        assert_eq!(to(api, &with_query).unwrap(), format!("42 {with_query}"));
        assert_eq!(
            to(api, "/api/v3/repositories/42/pulls/7#x").unwrap(),
            format!("42 {there}?page=2")
        );
        assert_eq!(
            to(api, "https://ghe.example:443/api/v3/repositories/42").unwrap(),
            "42 https://ghe.example/api/v3/repositories/42?page=2"
        );
        for elsewhere in [
            "https://evil.example/api/v3/repositories/42/pulls/7",
            "https://ghe.example.evil.example/api/v3/repositories/42",
            "http://ghe.example/api/v3/repositories/42",
            "https://ghe.example:8443/api/v3/repositories/42",
            "https://me@ghe.example/api/v3/repositories/42",
            "https://:pw@ghe.example/api/v3/repositories/42",
            "//evil.example/api/v3/repositories/42",
            "https://ghe.example/api/v30/repositories/42",
            "https://ghe.example/other/repositories/42",
            "https://ghe.example/api/v3/../../login/repositories/42",
            "https://ghe.example/api/v3/%2e%2e/%2e%2e/repositories/42",
            "https://ghe.example/api/v3/repositories/../user",
            "https://ghe.example/api/v3/repositories/-1",
            "https://ghe.example/api/v3/repositories/0",
            "https://ghe.example/api/v3/repositories/x",
            "https://ghe.example/api/v3/user",
            "",
            "\u{0}",
        ] {
            assert_eq!(to(api, elsewhere), None, "{elsewhere}");
        }
        assert!(to("https://api.github.com", "https://api.github.com/repositories/1").is_some());
        assert!(target(api, &Url::parse(there).unwrap(), b"\xff").is_none());
    }
}
