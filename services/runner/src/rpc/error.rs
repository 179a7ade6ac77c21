//! Why a question was not answered, and how that looks from outside.

use std::time::Duration;

use pullwright_proto::{error::ErrorReason, job::retry::When};
use pullwright_redact::Redactor;
use pullwright_rpc::{Explain, Refusal, Violation};
use tonic::Code;
use uuid::Uuid;

use crate::{error::JobError, lock::LockError, repeat::RepeatError};

/// Why a call was refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Fields are malformed.
    #[error("{}", described(.0))]
    Invalid(Vec<Violation>),
    /// Nobody holds the lock.
    #[error("repository {repository_id} is not locked")]
    LockNotFound {
        /// The repository.
        repository_id: Uuid,
    },
    /// Redis is away.
    #[error("the locks cannot be read, redis is away")]
    Lock(#[from] LockError),
    /// The ledger did not revoke the lease.
    #[error("the lease could not be revoked, the lock is left as it is")]
    Ledger(#[source] Refusal),
    /// The call cannot be told from one before it, or that one is not over.
    #[error(transparent)]
    Repeat(#[from] RepeatError),
    /// An answer that was kept cannot be read.
    #[error("the answer that was kept is damaged")]
    Damaged(#[source] prost::DecodeError),
    /// The ledger or the registry refused what was asked of it on the caller's behalf; their words are ours.
    #[error(transparent)]
    Refused(Refusal),
    /// The job would end so.
    #[error("{text}")]
    WouldEnd {
        /// The reason under which the ledger would store it.
        reason: ErrorReason,
        /// What would stand in the proposal, redacted.
        text: String,
    },
    /// GitHub or the network is away, or asks to wait.
    #[error("{text}")]
    Away {
        /// What happened, redacted.
        text: String,
        /// When to ask again, if that is known.
        after: Option<Duration>,
    },
    /// As many questions as there may be are being answered.
    #[error("as many previews and checks as may be are under way; ask again in a moment")]
    Busy {
        /// When to ask again.
        after: Duration,
    },
    /// The answer took too long.
    #[error("there was no answer within {limit:?}; GitHub may be slow, ask again")]
    TookTooLong {
        /// The time limit.
        limit: Duration,
    },
}

impl Error {
    /// One malformed field.
    pub fn invalid(field: &'static str, rule: &'static str) -> Self {
        Self::Invalid(vec![Violation::new(field, rule)])
    }

    /// What ended a job that was tried out.
    pub fn would_end(error: &JobError, redactor: &Redactor) -> Self {
        let text = redactor.redact(&error.text()).into_owned();
        match error.retry() {
            When::Never(()) => {
                let known = ErrorReason::from_reason(error.reason());
                Self::WouldEnd { reason: known.unwrap_or(ErrorReason::InternalError), text }
            }
            When::After(after) => Self::Away { text, after: after.try_into().ok() },
            When::Backoff(()) => Self::Away { text, after: None },
        }
    }

    /// A refusal on the caller's behalf. Where we ourselves are not let in, it is not the caller who lacks a permission.
    fn is_ours(refusal: &Refusal) -> bool {
        matches!(refusal.code, Code::Unauthenticated | Code::PermissionDenied | Code::Unimplemented)
    }
}

fn described(violations: &[Violation]) -> String {
    let one = |violation: &Violation| format!("{} {}", violation.field, violation.rule);
    violations.iter().map(one).collect::<Vec<_>>().join("; ")
}

impl Explain for Error {
    fn code(&self) -> Code {
        match self {
            Self::Invalid(_) | Self::Repeat(RepeatError::Malformed | RepeatError::Reused) => {
                Code::InvalidArgument
            }
            Self::LockNotFound { .. } => Code::NotFound,
            Self::Repeat(RepeatError::InUse) => Code::Aborted,
            Self::Refused(refusal) if Self::is_ours(refusal) => Code::Internal,
            Self::Refused(refusal) if refusal.is_unavailable() => Code::Unavailable,
            Self::Refused(refusal) => refusal.code,
            Self::WouldEnd { reason: ErrorReason::InternalError, .. } | Self::Damaged(_) => {
                Code::Internal
            }
            Self::WouldEnd { .. } => Code::FailedPrecondition,
            Self::Busy { .. } => Code::ResourceExhausted,
            Self::Lock(_)
            | Self::Ledger(_)
            | Self::Repeat(RepeatError::Redis(_))
            | Self::Away { .. }
            | Self::TookTooLong { .. } => Code::Unavailable,
        }
    }

    fn reason(&self) -> ErrorReason {
        match self {
            Self::Invalid(_) | Self::Repeat(RepeatError::Malformed) => ErrorReason::ValidationError,
            Self::LockNotFound { .. } => ErrorReason::LockNotFound,
            Self::Repeat(RepeatError::Reused) => ErrorReason::IdempotencyKeyReused,
            Self::Repeat(RepeatError::InUse) => ErrorReason::IdempotencyKeyInUse,
            Self::Refused(refusal) if Self::is_ours(refusal) => ErrorReason::InternalError,
            Self::Refused(refusal) => refusal.reason,
            Self::WouldEnd { reason, .. } => *reason,
            Self::Damaged(_) => ErrorReason::InternalError,
            Self::Lock(_)
            | Self::Ledger(_)
            | Self::Repeat(RepeatError::Redis(_))
            | Self::Away { .. }
            | Self::Busy { .. }
            | Self::TookTooLong { .. } => ErrorReason::ServiceUnavailable,
        }
    }

    fn metadata(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::LockNotFound { repository_id } => {
                vec![("repository_id", repository_id.to_string())]
            }
            _ => Vec::new(),
        }
    }

    fn violations(&self) -> Vec<Violation> {
        match self {
            Self::Invalid(violations) => violations.clone(),
            Self::Repeat(RepeatError::Malformed) => {
                vec![Violation::new("request_id", "must be 1 to 255 characters without NUL")]
            }
            Self::Refused(refusal) => refusal.violations.clone(),
            _ => Vec::new(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy { after } => Some(*after),
            Self::Away { after, .. } => *after,
            Self::Refused(refusal) => refusal.retry_after,
            Self::Repeat(RepeatError::InUse) => Some(Duration::from_secs(1)),
            _ => None,
        }
    }
}
