//! From status, headers and body to a value or an error. Pure but for the body's end: sends nothing, reads no clock.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::{Method, StatusCode, header::HeaderMap};
use serde_json::Value;

use crate::{
    Call, GithubError,
    body::{Body, End},
    credential, limits, text,
};

/// The JSON of a successful answer.
pub(crate) fn success(
    call: Call,
    status: StatusCode,
    body: Body,
    limit: Duration,
) -> Result<Value, GithubError> {
    let effect = call.unanswered();
    let malformed = |what, source| Err(GithubError::Malformed { call, effect, what, source });
    match body.end {
        // A deletion is answered with 204 and nothing else, and what is done later with 202.
        End::Whole
            if body.bytes.is_empty()
                && (call.0.method == Method::DELETE || status == StatusCode::ACCEPTED) =>
        {
            Ok(Value::Null)
        }
        End::Whole => match serde_json::from_slice(&body.bytes) {
            Ok(value) => Ok(value),
            Err(error) => malformed("is not JSON", Some(error.into())),
        },
        End::TooLarge => malformed("is larger than 10 MiB", None),
        End::Broken(error) => malformed("broke off", Some(error.into())),
        End::TimedOut => Err(GithubError::Timeout { call, effect, limit }),
    }
}

/// The error of any other answer, whose body and address are without the credential already. The status alone decides the
/// kind, so a body that broke off takes nothing away from it.
pub(crate) fn failure(
    call: Call,
    status: StatusCode,
    headers: &HeaderMap,
    body: &str,
    location: &str,
    now: Timestamp,
) -> GithubError {
    if let Some(after) = limits::wait(status, headers, body, now) {
        return GithubError::RateLimited { call, after, text: text::message(body) };
    }
    match status {
        StatusCode::UNAUTHORIZED => GithubError::AuthFailed { call, text: text::message(body) },
        StatusCode::FORBIDDEN => GithubError::Forbidden {
            call,
            text: text::message(body),
            needs: credential::needs(headers),
        },
        StatusCode::NOT_FOUND => GithubError::NotFound { call },
        StatusCode::GONE => GithubError::Gone { call },
        StatusCode::UNPROCESSABLE_ENTITY => GithubError::Validation {
            call,
            message: text::message(body),
            errors: text::errors(body),
        },
        StatusCode::MOVED_PERMANENTLY
        | StatusCode::FOUND
        | StatusCode::TEMPORARY_REDIRECT
        | StatusCode::PERMANENT_REDIRECT => {
            GithubError::Moved { call, location: text::location(location) }
        }
        status if is_momentary(status) => {
            GithubError::Server { call, effect: call.unanswered(), status }
        }
        status => GithubError::Unexpected { call, status, text: text::message(body) },
    }
}

/// Statuses that are about the moment and tell nothing of what was done: 5xx, request timeout, too early.
fn is_momentary(status: StatusCode) -> bool {
    status.as_u16() >= 500 || matches!(status.as_u16(), 408 | 425)
}
