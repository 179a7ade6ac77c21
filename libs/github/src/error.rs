//! What can go wrong with a call, whether trying again helps, and whether the effect may have come about.

use std::time::Duration;

use reqwest::StatusCode;

use crate::{Effect, Retry};

/// A result of a call.
pub type Result<T, E = GithubError> = std::result::Result<T, E>;

/// Why a call did not give what was asked. Messages are GitHub's own, without the credential, at most 2,000 characters.
#[derive(Debug, thiserror::Error)]
pub enum GithubError {
    /// The connection could not be made, or broke.
    #[error("github could not be reached")]
    Unreachable {
        /// `None` when nothing was sent.
        effect: Effect,
        /// What the transport said.
        #[source]
        source: reqwest::Error,
    },
    /// No whole answer came within the time limit.
    #[error("github did not answer in time")]
    Timeout {
        /// `None` when nothing was sent.
        effect: Effect,
        /// What the transport said.
        #[source]
        source: reqwest::Error,
    },
    /// The credential is not accepted (401), or cannot be put into a header.
    #[error("github refused the credential: {message}")]
    AuthFailed {
        /// GitHub's words.
        message: String,
    },
    /// The credential may not do this (403 without any hint of a limit).
    #[error("github does not allow this: {message}")]
    Forbidden {
        /// GitHub's words.
        message: String,
    },
    /// A primary or secondary rate limit; nothing was done.
    #[error("github asks to wait for {} s: {message}", after.as_secs())]
    RateLimited {
        /// How long to wait, 1 s to 1 h.
        after: Duration,
        /// GitHub's words.
        message: String,
    },
    /// There is no such thing, or not for this credential (404).
    #[error("github knows no such thing: {message}")]
    NotFound {
        /// GitHub's words.
        message: String,
    },
    /// It is gone for good, or the feature is switched off (410).
    #[error("github says that it is gone: {message}")]
    Gone {
        /// GitHub's words.
        message: String,
    },
    /// The content is refused (422).
    #[error("github refused the content: {message}")]
    Validation {
        /// GitHub's words, those of the single errors included.
        message: String,
        /// The single errors.
        errors: Vec<FieldError>,
    },
    /// It is elsewhere (any redirect). Never followed; a repository that was renamed answers like this.
    #[error("github says that it has moved")]
    Moved {
        /// Where to, as GitHub says, unchecked.
        location: Option<String>,
    },
    /// GitHub failed (5xx).
    #[error("github failed with {status}: {message}")]
    Server {
        /// The status.
        status: StatusCode,
        /// GitHub's words.
        message: String,
    },
    /// A status that is none of the above.
    #[error("github answered {status}: {message}")]
    Unexpected {
        /// The status.
        status: StatusCode,
        /// GitHub's words.
        message: String,
    },
    /// A status of success with a body that is not what was asked for: for a mutation the effect has come about.
    #[error("github's answer cannot be used: {problem}")]
    Malformed {
        /// What is wrong with it.
        problem: String,
    },
}

/// One reason of a refusal of content.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FieldError {
    /// The kind of thing, such as `PullRequest`.
    pub resource: String,
    /// The field, such as `head`; empty when it is about the whole.
    pub field: String,
    /// Such as `invalid`, `missing_field`, `custom`.
    pub code: String,
    /// Words, when there are any.
    pub message: String,
}

impl GithubError {
    /// Whether trying again helps.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::Unreachable { .. } | Self::Timeout { .. } | Self::Server { .. } => Retry::Backoff,
            Self::RateLimited { after, .. } => Retry::After(*after),
            Self::Unexpected { status, .. } if may_pass(*status) => Retry::Backoff,
            Self::Validation { errors, .. } if errors.iter().any(not_visible_yet) => Retry::Backoff,
            // A read will find out what became of it.
            Self::Malformed { .. } => Retry::Backoff,
            Self::AuthFailed { .. }
            | Self::Forbidden { .. }
            | Self::NotFound { .. }
            | Self::Gone { .. }
            | Self::Validation { .. }
            | Self::Moved { .. }
            | Self::Unexpected { .. } => Retry::Never,
        }
    }

    /// Whether the call may have had its effect; only asked of mutations.
    #[must_use]
    pub fn effect(&self) -> Effect {
        match self {
            Self::Unreachable { effect, .. } | Self::Timeout { effect, .. } => *effect,
            Self::Server { .. } | Self::Malformed { .. } => Effect::Unknown,
            Self::Unexpected { status, .. } if !status.is_client_error() || may_pass(*status) => {
                Effect::Unknown
            }
            Self::AuthFailed { .. }
            | Self::Forbidden { .. }
            | Self::RateLimited { .. }
            | Self::NotFound { .. }
            | Self::Gone { .. }
            | Self::Validation { .. }
            | Self::Moved { .. }
            | Self::Unexpected { .. } => Effect::None,
        }
    }

    /// Whether content was refused because the thing exists already.
    #[must_use]
    pub fn already_exists(&self) -> bool {
        match self {
            Self::Validation { errors, message } => {
                message.contains("already exists")
                    || errors.iter().any(|error| {
                        error.code == "already_exists" || error.message.contains("already exists")
                    })
            }
            _ => false,
        }
    }
}

/// Statuses about the moment: request timeout, too early.
fn may_pass(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 425)
}

/// A branch that was pushed a moment ago may not be seen everywhere yet.
fn not_visible_yet(error: &FieldError) -> bool {
    error.field == "head" && error.code == "invalid"
}
