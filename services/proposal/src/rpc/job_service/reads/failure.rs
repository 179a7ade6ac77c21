//! What a runner says was wrong, as it is kept.

use std::time::Duration;

use pullwright_proto::{error::ErrorReason, job as v1};

use crate::{App, domain::text::cut};

/// Longest message that is kept, in characters.
const LONGEST: usize = 4_000;
/// Longest reason, in characters.
const LONGEST_REASON: usize = 64;

/// What was wrong, without credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::rpc::job_service) struct Failure {
    pub(in crate::rpc::job_service) reason: String,
    pub(in crate::rpc::job_service) message: String,
    /// How long not to ask again.
    pub(in crate::rpc::job_service) retry_after: Option<Duration>,
}

impl Failure {
    /// Reads it; what makes no sense is no reason to forget that something was wrong.
    pub(in crate::rpc::job_service) fn read(app: &App, given: v1::SightFailure) -> Self {
        let is_reason = (1..=LONGEST_REASON).contains(&given.reason.len())
            && given
                .reason
                .bytes()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'_');
        let message = given.message.replace('\0', "\u{fffd}");
        Self {
            reason: match is_reason {
                true => given.reason,
                false => ErrorReason::InternalError.reason().to_owned(),
            },
            message: cut(&app.redactor.redact(&message), LONGEST),
            retry_after: given.retry_after.and_then(|wait| Duration::try_from(wait).ok()),
        }
    }

    /// Reason and message.
    pub(in crate::rpc::job_service) fn problem(&self) -> (&str, &str) {
        (&self.reason, &self.message)
    }
}
