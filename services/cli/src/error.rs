//! Why a command did not end well, and with which code.

use std::time::Duration;

use pullwright_proto::error::ErrorReason;
use pullwright_rpc::Refusal;
use tonic::{Code, Status};

use crate::exit::Exit;

/// The client's result.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a command did not end well.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An option or a variable is missing or malformed.
    #[error("{0}")]
    Usage(String),
    /// A service refused, or is away.
    #[error("{}: {}", .0.reason.reason(), .0.message)]
    Refused(Box<Refusal>),
    /// It took longer than the person wants to wait.
    #[error("not over after {} s; it goes on without us: `pullwright proposals why {id}` tells where it stands", waited.as_secs())]
    TookTooLong {
        /// The proposal.
        id: String,
        /// How long was waited.
        waited: Duration,
    },
    /// An answer without something that the contract promises.
    #[error("the service answered without {0}")]
    OffContract(&'static str),
    /// The answer cannot be written out.
    #[error("the answer cannot be written")]
    Write(#[from] std::io::Error),
    /// The answer cannot be shown as JSON.
    #[error("the answer cannot be shown as JSON")]
    Json(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// The code that the client ends with.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) => Exit::Usage,
            Self::Refused(refusal) => exit_of(refusal),
            Self::TookTooLong { .. } => Exit::Unavailable,
            Self::OffContract(_) | Self::Write(_) | Self::Json(_) => Exit::Internal,
        }
    }
}

fn exit_of(refusal: &Refusal) -> Exit {
    if refusal.reason == ErrorReason::GithubNotConfigured {
        return Exit::Refused;
    }
    match refusal.code {
        Code::NotFound => Exit::NotFound,
        Code::Unauthenticated | Code::PermissionDenied => Exit::Denied,
        // No service answers UNKNOWN: it is what becomes of a connection that was cut in the middle of a call.
        Code::Unavailable
        | Code::DeadlineExceeded
        | Code::ResourceExhausted
        | Code::Cancelled
        | Code::Unknown => Exit::Unavailable,
        Code::InvalidArgument
        | Code::AlreadyExists
        | Code::FailedPrecondition
        | Code::Aborted
        | Code::OutOfRange => Exit::Refused,
        Code::Ok | Code::Unimplemented | Code::Internal | Code::DataLoss => Exit::Internal,
    }
}

impl From<Status> for Error {
    fn from(status: Status) -> Self {
        Self::Refused(Box::new(Refusal::from(status)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_refusal_has_its_code() {
        for (code, exit) in [
            (Code::NotFound, Exit::NotFound),
            (Code::InvalidArgument, Exit::Refused),
            (Code::FailedPrecondition, Exit::Refused),
            (Code::Unauthenticated, Exit::Denied),
            (Code::Unavailable, Exit::Unavailable),
            (Code::Unknown, Exit::Unavailable),
            (Code::Internal, Exit::Internal),
        ] {
            assert_eq!(Error::from(Status::new(code, "said")).exit(), exit, "{code:?}");
        }
    }
}
