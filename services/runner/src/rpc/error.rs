//! Why a question was not answered, and how that looks from outside.

use pullwright_proto::error::ErrorReason;
use pullwright_rpc::{Explain, Refusal, Violation};
use tonic::Code;
use uuid::Uuid;

use crate::lock::LockError;

/// Why a call was refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A field is malformed.
    #[error("{} {}", .0.field, .0.rule)]
    Invalid(Violation),
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
}

impl Explain for Error {
    fn code(&self) -> Code {
        match self {
            Self::Invalid(_) => Code::InvalidArgument,
            Self::LockNotFound { .. } => Code::NotFound,
            Self::Lock(_) | Self::Ledger(_) => Code::Unavailable,
        }
    }

    fn reason(&self) -> ErrorReason {
        match self {
            Self::Invalid(_) => ErrorReason::ValidationError,
            Self::LockNotFound { .. } => ErrorReason::LockNotFound,
            Self::Lock(_) | Self::Ledger(_) => ErrorReason::ServiceUnavailable,
        }
    }

    fn metadata(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::LockNotFound { repository_id } => {
                vec![("repository_id", repository_id.to_string())]
            }
            Self::Invalid(_) | Self::Lock(_) | Self::Ledger(_) => Vec::new(),
        }
    }

    fn violations(&self) -> Vec<Violation> {
        match self {
            Self::Invalid(violation) => vec![violation.clone()],
            Self::LockNotFound { .. } | Self::Lock(_) | Self::Ledger(_) => Vec::new(),
        }
    }
}
