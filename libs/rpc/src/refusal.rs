//! From a `Status` back to what the callee meant.

use std::time::Duration;

use pullwright_proto::error::ErrorReason;
use thiserror::Error;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::Violation;

/// A call that another service refused, or that did not reach it.
#[derive(Debug, Clone, Error)]
#[error("{message}")]
pub struct Refusal {
    /// The gRPC code.
    pub code: Code,
    /// The reason; `SERVICE_UNAVAILABLE` or `INTERNAL_ERROR` when the callee gave none.
    pub reason: ErrorReason,
    /// The message for people.
    pub message: String,
    /// The fields that are wrong.
    pub violations: Vec<Violation>,
    /// When trying again may help.
    pub retry_after: Option<Duration>,
}

impl Refusal {
    /// Whether the callee could not be reached or had no time; the same call may succeed later.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        self.reason == ErrorReason::ServiceUnavailable
    }
}

impl From<Status> for Refusal {
    fn from(status: Status) -> Self {
        let details = status.get_error_details();
        let said = details.error_info().and_then(|info| ErrorReason::from_reason(&info.reason));
        let reason = said.unwrap_or(match status.code() {
            // No service of ours answers UNKNOWN: it is what the transport makes of a connection that was cut mid-call.
            Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled | Code::Unknown => {
                ErrorReason::ServiceUnavailable
            }
            Code::Unauthenticated => ErrorReason::Unauthenticated,
            Code::PermissionDenied => ErrorReason::PermissionDenied,
            _ => ErrorReason::InternalError,
        });
        let violations = details
            .bad_request()
            .map(|bad| {
                bad.field_violations
                    .iter()
                    .map(|v| Violation::new(&v.field, &v.description))
                    .collect()
            })
            .unwrap_or_default();
        let retry_after = details.retry_info().and_then(|retry| retry.retry_delay);
        Self {
            code: status.code(),
            reason,
            message: status.message().to_owned(),
            violations,
            retry_after,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_that_was_cut_is_a_service_that_is_away() {
        for code in [Code::Unavailable, Code::Unknown, Code::DeadlineExceeded] {
            assert!(Refusal::from(Status::new(code, "cut")).is_unavailable(), "{code:?}");
        }
        assert!(!Refusal::from(Status::internal("ours")).is_unavailable());
    }
}
