//! `/metrics` on a core's port, for operators, and the durations of its calls. Knows no other number.

use std::time::Duration;

use http::{HeaderValue, Response, StatusCode, header};
use metrics::{Unit, describe_histogram, histogram};
use pullwright_telemetry::metrics as page;
use tonic::{Code, body::Body};

use crate::{Role, access};

/// The path without its leading slash.
pub(crate) const PATH: &str = "metrics";

const DURATION: &str = "rpc.server.duration_seconds";

/// Says what the durations are.
pub(crate) fn describe() {
    describe_histogram!(DURATION, Unit::Seconds, "How long calls took, by method and code.");
}

/// Counts a call. What nobody serves is counted under one name: strangers choose it.
pub(crate) fn count(method: &str, code: Code, took: Duration) {
    let method = access::TABLE.iter().map(|(name, _)| *name).find(|name| *name == method);
    let labels = [("method", method.unwrap_or("other")), ("code", code_name(code))];
    histogram!(DURATION, &labels).record(took);
}

/// The page for an operator; everybody else learns what is missing.
pub(crate) fn answer(role: Option<Role>) -> Response<Body> {
    let (status, text, media_type) = match role {
        Some(Role::Operator) => (StatusCode::OK, page::page(), page::MEDIA_TYPE),
        Some(_) => (StatusCode::FORBIDDEN, "only role operator may read this\n".into(), PLAIN),
        None => {
            let text = "send `Authorization: Bearer <service token of role operator>`\n";
            (StatusCode::UNAUTHORIZED, text.into(), PLAIN)
        }
    };
    let mut response = Response::new(Body::new(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

const PLAIN: &str = "text/plain; charset=utf-8";

/// The code as gRPC spells it.
const fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}
