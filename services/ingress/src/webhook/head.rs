//! What a delivery's headers say. None of it is covered by the signature.

use axum::http::{HeaderMap, header};
use pullwright_proto::error::ErrorReason;

use crate::edge::{body, error::ApiError};

/// Longest id of a delivery; GitHub's are 36 characters.
const LONGEST_ID: usize = 128;
/// Longest name of an event.
const LONGEST_EVENT: usize = 64;

/// A delivery's id and event, well formed or absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    delivery_id: Option<String>,
    event: Option<String>,
}

/// Which hook a delivery claims to come from: it only picks which secrets are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Target {
    /// Whether it may be an App's; so may one that does not say.
    pub(super) from_app: bool,
    /// GitHub's id of the repository whose hook it is; 0 when that is not said.
    pub(super) repository_github_id: i64,
}

impl Head {
    pub(super) fn read(headers: &HeaderMap) -> Self {
        let visible =
            |text: &str| text.len() <= LONGEST_ID && text.bytes().all(|c| c.is_ascii_graphic());
        let word = |text: &str| {
            let legal = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_';
            text.len() <= LONGEST_EVENT && text.bytes().all(legal)
        };
        Self {
            delivery_id: single(headers, "x-github-delivery")
                .filter(|text| visible(text))
                .map(str::to_owned),
            event: single(headers, "x-github-event").filter(|text| word(text)).map(str::to_owned),
        }
    }

    /// The id, empty when there is none; for the log.
    pub(super) fn delivery_id(&self) -> &str {
        self.delivery_id.as_deref().unwrap_or_default()
    }

    /// The event, empty when there is none.
    pub(super) fn event(&self) -> &str {
        self.event.as_deref().unwrap_or_default()
    }

    /// Refuses a delivery that lacks one of them.
    pub(super) fn require(&self) -> Result<(), ApiError> {
        let problem = if self.delivery_id.is_none() {
            "header X-GitHub-Delivery must be given once, as visible ASCII of at most 128 characters"
        } else if self.event.is_none() {
            "header X-GitHub-Event must be given once, as a word of a-z, 0-9 and `_`"
        } else {
            return Ok(());
        };
        Err(bad_request(problem))
    }
}

impl Target {
    pub(super) fn read(headers: &HeaderMap) -> Self {
        match single(headers, "x-github-hook-installation-target-type") {
            Some("repository") => {
                let id = single(headers, "x-github-hook-installation-target-id");
                let id = id.and_then(|digits| digits.parse().ok()).filter(|id| *id > 0);
                Self { from_app: false, repository_github_id: id.unwrap_or(0) }
            }
            _ => Self { from_app: true, repository_github_id: 0 },
        }
    }
}

/// Refuses bodies that are not plain JSON, which a wrongly configured hook sends: its owner can mend that.
pub(super) fn require_plain_json(headers: &HeaderMap) -> Result<(), ApiError> {
    let is_json = body::media_type(headers)
        .is_some_and(|given| given.eq_ignore_ascii_case("application/json"));
    if headers.contains_key(header::CONTENT_TYPE) && !is_json {
        return Err(bad_request(
            "header Content-Type must be application/json; set the hook's content type to it",
        ));
    }
    let plain = |value: &[u8]| value.eq_ignore_ascii_case(b"identity");
    if headers.get_all(header::CONTENT_ENCODING).iter().all(|value| plain(value.as_bytes())) {
        return Ok(());
    }
    Err(bad_request("header Content-Encoding must be left out"))
}

/// A delivery whose content or headers are malformed: 400, where REST answers 422.
pub(super) fn bad_request(problem: impl Into<String>) -> ApiError {
    ApiError::new(ErrorReason::ValidationError, problem).with_bad_request()
}

/// The only value of a header, as text; none when there are several or it is not ASCII.
pub(super) fn single<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    value.to_str().ok().filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Some("repository"), Some("42"), false, 42)]
    #[case(Some("repository"), Some("-1"), false, 0)]
    #[case(Some("repository"), Some("9223372036854775808"), false, 0)]
    #[case(Some("repository"), None, false, 0)]
    #[case(Some("integration"), Some("42"), true, 0)]
    #[case(Some("organization"), Some("42"), true, 0)]
    #[case(None, Some("42"), true, 0)]
    fn only_a_repositorys_hook_names_a_repository(
        #[case] kind: Option<&str>,
        #[case] id: Option<&str>,
        #[case] from_app: bool,
        #[case] repository_github_id: i64,
    ) {
        let given = [("type", kind), ("id", id)].into_iter().filter_map(|(name, value)| {
            let name = format!("x-github-hook-installation-target-{name}");
            let name: HeaderName = name.parse().expect("a name");
            Some((name, HeaderValue::from_str(value?).expect("a value")))
        });
        let read = Target::read(&given.collect());
        assert_eq!(read, Target { from_app, repository_github_id });
    }
}
