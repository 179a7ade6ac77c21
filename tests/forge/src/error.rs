//! What can go wrong in the forge, as seen by the library and the control API. It does not know REST bodies.

use crate::git::GitError;

/// A refusal or a failure of the forge.
#[derive(Debug, thiserror::Error)]
pub enum ForgeError {
    /// The thing named does not exist here.
    #[error("no such {what}: {name}")]
    NotFound {
        /// Kind of thing, such as "repository".
        what: &'static str,
        /// What was asked for.
        name: String,
    },
    /// The thing named exists already.
    #[error("{what} already exists: {name}")]
    AlreadyExists {
        /// Kind of thing.
        what: &'static str,
        /// What was to be made.
        name: String,
    },
    /// The request makes no sense as given.
    #[error("invalid {field}: {reason}")]
    Invalid {
        /// Field at fault.
        field: &'static str,
        /// Why it cannot be taken.
        reason: String,
    },
    /// The thing is in a state that forbids this.
    #[error("{0}")]
    Conflict(String),
    /// A git child failed.
    #[error("git failed")]
    Git(#[from] GitError),
    /// A file or socket failed.
    #[error("{action}")]
    Io {
        /// What was being done.
        action: &'static str,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The HTTP client for webhooks could not be made.
    #[error("webhook client could not be built")]
    Http(#[from] reqwest::Error),
}

impl ForgeError {
    /// Builds the answer to a name that is not known.
    pub(crate) fn not_found(what: &'static str, name: impl ToString) -> Self {
        Self::NotFound { what, name: name.to_string() }
    }

    /// Builds a refusal of one field.
    pub(crate) fn invalid(field: &'static str, reason: impl ToString) -> Self {
        Self::Invalid { field, reason: reason.to_string() }
    }

    /// Wraps a failure of the system with what was being done.
    pub(crate) fn io(action: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { action, source }
    }

    /// Says the error with its causes, for a log line or a control answer.
    pub(crate) fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        text
    }
}
