//! Headers that mean something to a call: `Idempotency-Key` and `If-Match`.

use std::str;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, header, request::Parts},
};
use pullwright_proto::error::ErrorReason;
use serde_json::json;

use crate::{
    edge::error::ApiError,
    openapi::{Input, Sketch},
};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Longest key, in characters.
const LONGEST_KEY: usize = 255;

/// `Idempotency-Key`, for calls whose core remembers it (AIP-155 `request_id`); empty when it is not given.
#[derive(Debug)]
pub(crate) struct Key(pub(crate) String);

/// `Idempotency-Key`, for calls that change nothing and so need not remember it: its form is checked all the same.
#[derive(Debug)]
pub(crate) struct UnusedKey;

impl<S: Send + Sync> FromRequestParts<S> for Key {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        key(&parts.headers).map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for UnusedKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        key(&parts.headers).map(|_| Self)
    }
}

impl Input for Key {
    fn describe(sketch: &mut Sketch) {
        describe_key(
            sketch,
            "Makes repeating safe: for 24 hours the same key with the same call and body gets the first answer again, with another one IDEMPOTENCY_KEY_REUSED (config repositories, clusters and query templates are remembered apart from all else); while the first is under way, IDEMPOTENCY_KEY_IN_USE. Keys are the caller's own: another person's same key is another key.",
        );
        sketch.refuses(&[ErrorReason::IdempotencyKeyReused, ErrorReason::IdempotencyKeyInUse]);
    }
}

impl Input for UnusedKey {
    fn describe(sketch: &mut Sketch) {
        describe_key(
            sketch,
            "Checked and not remembered: this call changes nothing, so repeating it is safe without a key.",
        );
    }
}

fn describe_key(sketch: &mut Sketch, description: &str) {
    // Beyond ASCII it is UTF-8 that is taken, which a pattern over characters cannot say of bytes.
    let pattern = "^[!-~]([ -~]*[!-~])?$";
    let schema =
        json!({"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": pattern});
    sketch.header("Idempotency-Key", false, schema, description);
    sketch.refuses(&[ErrorReason::ValidationError]);
}

fn key(headers: &HeaderMap) -> Result<String, ApiError> {
    let malformed = || {
        ApiError::invalid(
            "header Idempotency-Key",
            format_args!("must be given once, as 1 to {LONGEST_KEY} characters"),
        )
    };
    let Some(bytes) = single(headers, &IDEMPOTENCY_KEY).map_err(|Twice| malformed())? else {
        return Ok(String::new());
    };
    let key = str::from_utf8(bytes).map_err(|_| malformed())?;
    if !(1..=LONGEST_KEY).contains(&key.chars().count()) || key.chars().any(char::is_control) {
        return Err(malformed());
    }
    Ok(key.to_owned())
}

/// `If-Match`: the etag that was read; none when the call is for whatever stands there (`*`, or no header).
#[derive(Debug)]
pub(crate) struct IfMatch(Option<String>);

impl IfMatch {
    /// The etag, which may stand in the body instead; empty when the call is unconditional.
    pub(crate) fn or(self, in_body: Option<String>) -> Result<String, ApiError> {
        match (self.0, in_body) {
            (Some(header), Some(body)) if header != body => Err(ApiError::invalid(
                "etag",
                "must be the one of the header If-Match; give one of them",
            )),
            (header, body) => Ok(header.or(body).unwrap_or_default()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let malformed = || {
            ApiError::invalid(
                "header If-Match",
                "must be one ETag as it came, in its quotation marks, or `*` for whatever stands there",
            )
        };
        let Some(bytes) = single(&parts.headers, &header::IF_MATCH).map_err(|Twice| malformed())?
        else {
            return Ok(Self(None));
        };
        match str::from_utf8(bytes).map_err(|_| malformed())?.trim() {
            "*" => Ok(Self(None)),
            etag if is_strong(etag) => Ok(Self(Some(etag.to_owned()))),
            _ => Err(malformed()),
        }
    }
}

impl Input for IfMatch {
    fn describe(sketch: &mut Sketch) {
        let schema = json!({"type": "string", "minLength": 1, "pattern": r#"^(\*|"[!#-~]+")$"#});
        sketch.header(
            "If-Match",
            false,
            schema,
            "The ETag that was read: when the resource has another one by now, nothing is done. `*`, or no header: whatever stands there.",
        );
        sketch.refuses(&[ErrorReason::ValidationError, ErrorReason::EtagMismatch]);
    }
}

/// Whether it is a strong entity tag (RFC 9110 §8.8.3): weak ones never match.
fn is_strong(etag: &str) -> bool {
    let inner = etag.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.is_some_and(|inner| inner.bytes().all(|c| c.is_ascii_graphic() && c != b'"'))
}

/// A header that stands twice.
struct Twice;

fn single<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h [u8]>, Twice> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (value, None) => Ok(value.map(axum::http::HeaderValue::as_bytes)),
        (_, Some(_)) => Err(Twice),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn given(name: HeaderName, values: &[&[u8]]) -> HeaderMap {
        let values = values.iter().map(|value| HeaderValue::from_bytes(value).expect("a value"));
        values.map(|value| (name.clone(), value)).collect()
    }

    #[test]
    fn a_key_is_any_text_of_1_to_255_characters() {
        let longest = "é".repeat(255);
        for text in ["x", "a key, with \"anything\"", longest.as_str()] {
            assert_eq!(key(&given(IDEMPOTENCY_KEY, &[text.as_bytes()])).expect(text), text);
        }
        assert_eq!(key(&HeaderMap::new()).expect("none"), "");
        let longer = "x".repeat(256);
        for values in [&[&b""[..]][..], &[longer.as_bytes()], &[b"\xff"], &[b"a", b"b"], &[b"a\tb"]]
        {
            assert_eq!(
                key(&given(IDEMPOTENCY_KEY, values)).expect_err("refused").code(),
                "VALIDATION_ERROR"
            );
        }
    }

    #[test]
    fn weak_tags_and_lists_are_no_etags() {
        assert!(is_strong("\"3\"") && is_strong("\"\""));
        for text in ["", "3", "W/\"3\"", "\"3\", \"4\"", "\"", "\"a b\""] {
            assert!(!is_strong(text), "{text}");
        }
    }

    #[test]
    fn header_and_body_must_not_disagree() {
        let both = |header: Option<&str>, body: Option<&str>| {
            IfMatch(header.map(str::to_owned)).or(body.map(str::to_owned))
        };
        assert_eq!(both(None, None).expect("unconditional"), "");
        assert_eq!(both(Some("\"3\""), None).expect("the header's"), "\"3\"");
        assert_eq!(both(None, Some("\"3\"")).expect("the body's"), "\"3\"");
        assert_eq!(both(Some("\"3\""), Some("\"3\"")).expect("the same"), "\"3\"");
        assert!(both(Some("\"3\""), Some("\"4\"")).is_err());
    }
}
