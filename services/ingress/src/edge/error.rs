//! Whatever goes wrong, as a person meets it: a status and `{"detail": {"error_code", "message", "retryable"}}`.

use std::time::Duration;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use pullwright_proto::error::ErrorReason;
use pullwright_rpc::{Refusal, Violation};
use serde_json::json;

use super::{
    fields::Fields,
    reason::{Answer, answer_of_runner, answer_to},
};
use crate::cores::Core;

/// The code of statuses that have none of their own.
pub(crate) const HTTP_ERROR: &str = "HTTP_ERROR";
/// After which time a core that is away is asked again, when it did not say.
const SOON: Duration = Duration::from_secs(1);
/// How many violations one message tells.
const MOST_VIOLATIONS: usize = 10;
const KEY_REUSED: &str =
    "header Idempotency-Key was used before, for another call or another body; take a new one";
const KEY_IN_USE: &str =
    "the first call with this Idempotency-Key is not over yet; repeat it in a moment";
const OUR_FAULT: &str =
    "something broke on our side; the log has the details under this request's id";

/// A refusal on its way to the caller.
#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    retryable: bool,
    retry_after: Option<Duration>,
    violations: Vec<Violation>,
}

/// The envelope's code, left in the response for the log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ErrorCode(pub(crate) &'static str);

impl ApiError {
    /// A refusal for a reason of the contract.
    pub(crate) fn new(reason: ErrorReason, message: impl Into<String>) -> Self {
        Self::answered(answer_to(reason), message)
    }

    fn answered(answer: Answer, message: impl Into<String>) -> Self {
        let Answer { status, code, retryable } = answer;
        let message = message.into();
        Self { status, code, message, retryable, retry_after: None, violations: Vec::new() }
    }

    /// A field that does not have the form it must have, and what would mend it.
    pub(crate) fn invalid(field: &str, remedy: impl std::fmt::Display) -> Self {
        Self::new(ErrorReason::ValidationError, format!("{field} {remedy}"))
    }

    /// A status that has no code of its own.
    pub(crate) fn http(status: StatusCode, message: impl Into<String>) -> Self {
        let message = message.into();
        let (retry_after, violations) = (None, Vec::new());
        Self { status, code: HTTP_ERROR, message, retryable: false, retry_after, violations }
    }

    /// Something that this call needs is away for now.
    pub(crate) fn unavailable(message: impl Into<String>) -> Self {
        let refused = Self::new(ErrorReason::ServiceUnavailable, message);
        Self { retry_after: Some(SOON), ..refused }
    }

    /// Our fault; what it was is for the log.
    pub(crate) fn internal() -> Self {
        Self::new(ErrorReason::InternalError, OUR_FAULT)
    }

    /// A core answered with something that is not in the contract.
    pub(crate) fn off_contract(core: Core, what: &str) -> Self {
        tracing::error!(
            core = core.name(),
            "{} answered without a well-formed {what}",
            core.name()
        );
        Self::internal()
    }

    /// What a core refused, as it looks from outside.
    pub(crate) fn refused(core: Core, refusal: &Refusal) -> Self {
        let answer = match core {
            Core::Runner => answer_of_runner(refusal.reason),
            Core::Proposal | Core::Registry => answer_to(refusal.reason),
        };
        // A core that does not take our own token is not something that the person could mend.
        let of_us =
            matches!(refusal.reason, ErrorReason::Unauthenticated | ErrorReason::PermissionDenied);
        if of_us || answer.status == StatusCode::INTERNAL_SERVER_ERROR {
            tracing::error!(core = core.name(), rpc.code = ?refusal.code, error.reason = refusal.reason.reason(), "{} refused: {}", core.name(), refusal.message);
            return Self::internal();
        }
        if refusal.is_unavailable() {
            tracing::warn!(core = core.name(), rpc.code = ?refusal.code, "{} is away: {}", core.name(), refusal.message);
            let away = Self::unavailable(format!(
                "the {} service, or what it depends on, is away; try again in a moment",
                core.name()
            ));
            return Self { retry_after: refusal.retry_after.or(Some(SOON)), ..away };
        }
        let retry_after = refusal.retry_after.filter(|_| answer.retryable);
        // The cores know the header by another name.
        let message = match refusal.reason {
            ErrorReason::IdempotencyKeyReused => KEY_REUSED.to_owned(),
            ErrorReason::IdempotencyKeyInUse => KEY_IN_USE.to_owned(),
            _ => refusal.message.clone(),
        };
        let refused = Self::answered(answer, message);
        Self { retry_after, violations: refusal.violations.clone(), ..refused }
            .in_terms_of(&Fields::default())
    }

    /// Tells violations by the names that the fields have over REST.
    pub(crate) fn in_terms_of(mut self, fields: &Fields) -> Self {
        if self.code == ErrorReason::ValidationError.reason() && !self.violations.is_empty() {
            let told = self.violations.iter().take(MOST_VIOLATIONS);
            let mut lines: Vec<_> =
                told.map(|one| fields.sentence(&one.field, &one.rule)).collect();
            if self.violations.len() > MOST_VIOLATIONS {
                lines.push(format!("and {} more", self.violations.len() - MOST_VIOLATIONS));
            }
            self.message = lines.join("; ");
        }
        self
    }

    /// The same refusal as 400, where the endpoint's own rules say so.
    pub(crate) fn with_bad_request(self) -> Self {
        Self { status: StatusCode::BAD_REQUEST, ..self }
    }

    /// The envelope's code.
    pub(crate) fn code(&self) -> &'static str {
        self.code
    }

    /// The envelope's message.
    #[cfg(test)]
    pub(crate) fn message(&self) -> &str {
        &self.message
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = json!({"detail": {
            "error_code": self.code,
            "message": self.message,
            "retryable": self.retryable,
        }});
        let mut response = (self.status, Json(body)).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(after) = self.retry_after {
            let seconds = after.as_millis().div_ceil(1000).clamp(1, 3600);
            if let Ok(value) = HeaderValue::from_str(&seconds.to_string()) {
                response.headers_mut().insert(header::RETRY_AFTER, value);
            }
        }
        response.extensions_mut().insert(ErrorCode(self.code));
        response
    }
}
