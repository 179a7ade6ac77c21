//! What the headers of an answer say of the credential that asked. Nothing in them is a secret.

use jiff::{Timestamp, Zoned, civil::DateTime, fmt::strtime, tz::TimeZone};
use reqwest::header::HeaderMap;

/// The longest list of permissions that is shown, bytes.
const LONGEST: usize = 200;

/// A credential as GitHub sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialFacts {
    /// When it stops working; `None` when it does not end or GitHub does not say.
    pub expires_at: Option<Timestamp>,
    /// The scopes of a classic token; `None` for every other kind, whose permissions GitHub does not list.
    pub scopes: Option<Vec<String>>,
}

impl CredentialFacts {
    /// Reads the headers `github-authentication-token-expiration` and `x-oauth-scopes`.
    ///
    /// <https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api>,
    /// <https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps>
    pub(crate) fn read(headers: &HeaderMap) -> Self {
        let scopes = text(headers, "x-oauth-scopes").map(|list| {
            list.split(',')
                .map(str::trim)
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect()
        });
        let expires_at = text(headers, "github-authentication-token-expiration").and_then(time);
        Self { expires_at, scopes }
    }
}

/// What a refused call needs, in GitHub's words; empty when it does not say.
pub(crate) fn needs(headers: &HeaderMap) -> String {
    // Names, levels, and what joins them: nothing else is shown.
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"_=,; -".contains(&byte);
    text(headers, "x-accepted-github-permissions")
        .filter(|text| text.len() <= LONGEST && text.bytes().all(legal))
        .unwrap_or_default()
        .to_owned()
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// `2026-01-02 03:04:05 UTC`, or with an offset such as `-0700`; GitHub writes both.
fn time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Some(civil) = text.strip_suffix(" UTC") {
        let civil: DateTime = civil.parse().ok()?;
        return civil.to_zoned(TimeZone::UTC).ok().map(|time: Zoned| time.timestamp());
    }
    strtime::parse("%Y-%m-%d %H:%M:%S %z", text).ok()?.to_timestamp().ok()
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        let header = |(name, value): &(&str, &str)| {
            (HeaderName::try_from(*name).unwrap(), HeaderValue::try_from(*value).unwrap())
        };
        pairs.iter().map(header).collect()
    }

    #[test]
    fn an_end_is_read_in_both_of_githubs_spellings_and_rubbish_is_no_end() {
        let expires = |text: &str| {
            let headers = headers(&[("github-authentication-token-expiration", text)]);
            CredentialFacts::read(&headers).expires_at.map(|time| time.to_string())
        };
        assert_eq!(expires("2026-01-02 03:04:05 UTC").as_deref(), Some("2026-01-02T03:04:05Z"));
        assert_eq!(expires("2026-01-02 03:04:05 -0700").as_deref(), Some("2026-01-02T10:04:05Z"));
        assert_eq!(expires("2026-01-02 03:04:05 +0000").as_deref(), Some("2026-01-02T03:04:05Z"));
        for rubbish in ["", "soon", "2026-13-01 00:00:00 UTC", "2026-01-02"] {
            assert_eq!(expires(rubbish), None, "{rubbish}");
        }
    }

    #[test]
    fn scopes_are_those_of_a_classic_token_and_an_empty_list_is_one() {
        let scopes =
            |text: &str| CredentialFacts::read(&headers(&[("x-oauth-scopes", text)])).scopes;
        assert_eq!(scopes("repo, read:org"), Some(vec!["repo".to_owned(), "read:org".to_owned()]));
        assert_eq!(scopes(""), Some(Vec::new()));
        assert_eq!(CredentialFacts::read(&HeaderMap::new()).scopes, None);
    }

    #[test]
    fn what_a_call_needs_is_shown_when_it_is_of_githubs_form() {
        let needs = |text: &str| needs(&headers(&[("x-accepted-github-permissions", text)]));
        let both = "pull_requests=write; contents=read,issues=write";
        assert_eq!(needs(both), both);
        assert_eq!(needs("<script>"), "");
        assert_eq!(needs(&"a".repeat(300)), "");
    }
}
