//! What a delivery's headers say. Neither is covered by the signature.

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
