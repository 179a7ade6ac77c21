//! What a call can end with, whether trying again helps, and whether it may have had its effect.

use std::time::Duration;

use reqwest::StatusCode;

use crate::{Call, Effect, Retry, text};

/// The cause below a failure of the transport.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// The end of a call. GitHub's own words in it are without the call's credential and cut at 2,000 characters; the caller redacts
/// other secrets.
#[derive(Debug, thiserror::Error)]
pub enum GithubError {
    /// No connection, or it broke before an answer.
    #[error("{call}: no connection, or it broke before an answer")]
    Unreachable {
        /// The call.
        call: Call,
        /// Whether it may have been received.
        effect: Effect,
        /// What broke.
        #[source]
        source: Cause,
    },
    /// The answer was not complete in time.
    #[error("{call}: no complete answer within {limit:?}")]
    Timeout {
        /// The call.
        call: Call,
        /// Whether it may have been received.
        effect: Effect,
        /// The limit.
        limit: Duration,
    },
    /// The credential is not taken (401).
    #[error("{call}: the credential was refused: {text}")]
    AuthFailed {
        /// The call.
        call: Call,
        /// GitHub's words.
        text: String,
    },
    /// The credential does not cover this (403).
    #[error("{call}: forbidden: {text}")]
    Forbidden {
        /// The call.
        call: Call,
        /// GitHub's words.
        text: String,
        /// What GitHub says that the call needs, such as `pull_requests=write`; empty when it does not say.
        needs: String,
    },
    /// Too much was asked: 429, a 403 that says so, or content that came too quickly (422).
    #[error("{call}: rate limited for {} s: {text}", after.as_secs_f64().ceil())]
    RateLimited {
        /// The call.
        call: Call,
        /// How long to wait, 1 s to 1 h.
        after: Duration,
        /// GitHub's words.
        text: String,
    },
    /// There is no such thing, or the credential may not see it (404).
    #[error("{call}: not found, or not visible to this credential")]
    NotFound {
        /// The call.
        call: Call,
    },
    /// The request makes no sense to GitHub (422).
    #[error("{call}: refused: {}", text::listed(message, errors))]
    Validation {
        /// The call.
        call: Call,
        /// GitHub's summary.
        message: String,
        /// One text for each thing that is wrong.
        errors: Vec<String>,
    },
    /// It is no more (410).
    #[error("{call}: gone")]
    Gone {
        /// The call.
        call: Call,
    },
    /// It is elsewhere now (301, 302, 307, 308); not followed.
    #[error("{call}: moved to {location}")]
    Moved {
        /// The call.
        call: Call,
        /// The new address without user, query and fragment; empty when the answer names none.
        location: String,
    },
    /// GitHub broke (5xx), or the moment was wrong (408, 425).
    #[error("{call}: the server answered {status}")]
    Server {
        /// The call.
        call: Call,
        /// Whether it may have been done nevertheless.
        effect: Effect,
        /// The status.
        status: StatusCode,
    },
    /// Any other status.
    #[error("{call}: answered {status}: {text}")]
    Unexpected {
        /// The call.
        call: Call,
        /// The status.
        status: StatusCode,
        /// GitHub's words.
        text: String,
    },
    /// It was answered with success, in a form that cannot be used.
    #[error("{call}: the answer {what}")]
    Malformed {
        /// The call.
        call: Call,
        /// Whether it may have been done; never certain for a mutation.
        effect: Effect,
        /// What is wrong with the answer.
        what: &'static str,
        /// What reading it met.
        #[source]
        source: Option<Cause>,
    },
}

impl GithubError {
    /// Whether trying again helps.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::Validation { errors, .. } if is_head_unseen(errors) => Retry::Backoff,
            Self::RateLimited { after, .. } => Retry::After(*after),
            Self::Unreachable { .. }
            | Self::Timeout { .. }
            | Self::Server { .. }
            | Self::Malformed { .. } => Retry::Backoff,
            Self::AuthFailed { .. }
            | Self::Forbidden { .. }
            | Self::NotFound { .. }
            | Self::Validation { .. }
            | Self::Gone { .. }
            | Self::Moved { .. }
            | Self::Unexpected { .. } => Retry::Never,
        }
    }

    /// Whether the call may have had its effect; a read has none.
    #[must_use]
    pub fn effect(&self) -> Effect {
        match self {
            Self::Unreachable { effect, .. }
            | Self::Timeout { effect, .. }
            | Self::Server { effect, .. }
            | Self::Malformed { effect, .. } => *effect,
            Self::AuthFailed { .. }
            | Self::Forbidden { .. }
            | Self::RateLimited { .. }
            | Self::NotFound { .. }
            | Self::Validation { .. }
            | Self::Gone { .. }
            | Self::Moved { .. }
            | Self::Unexpected { .. } => Effect::None,
        }
    }

    /// Whether the pull request was refused because there is an open one with the same head and base.
    #[must_use]
    pub fn already_exists(&self) -> bool {
        let Self::Validation { errors, .. } = self else { return false };
        errors
            .iter()
            .any(|error| error.to_ascii_lowercase().contains("a pull request already exists"))
    }

    /// The call that failed.
    #[must_use]
    pub fn call(&self) -> Call {
        match self {
            Self::Unreachable { call, .. }
            | Self::Timeout { call, .. }
            | Self::AuthFailed { call, .. }
            | Self::Forbidden { call, .. }
            | Self::RateLimited { call, .. }
            | Self::NotFound { call }
            | Self::Validation { call, .. }
            | Self::Gone { call }
            | Self::Moved { call, .. }
            | Self::Server { call, .. }
            | Self::Unexpected { call, .. }
            | Self::Malformed { call, .. } => *call,
        }
    }

    /// A successful answer that does not hold what it must hold.
    pub(crate) fn malformed(call: Call, what: &'static str) -> Self {
        Self::Malformed { call, effect: call.unanswered(), what, source: None }
    }
}

/// GitHub calls a branch invalid that was pushed a moment ago and is not seen everywhere yet.
fn is_head_unseen(errors: &[String]) -> bool {
    errors.iter().any(|error| error == "PullRequest head invalid")
}
