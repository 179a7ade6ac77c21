//! An error as it is kept where the repository's owner looks: redacted, cut, with how long not to ask again.

use pullwright_proto::job::{SightFailure, retry::When};

use crate::{App, error::JobError};

/// The longest message that the ledger takes, characters.
const LONGEST: usize = 4_000;

/// What is told of an error.
pub(super) fn of(app: &App, error: &JobError) -> SightFailure {
    let retry_after = match error.retry() {
        When::After(duration) => Some(duration),
        When::Never(()) | When::Backoff(()) => None,
    };
    SightFailure {
        reason: error.reason().to_owned(),
        message: shown(app, &error.text(), LONGEST),
        retry_after,
    }
}

/// Sorts an error: what is wrong with the repository or on the way to it is told as the job's end; what is wrong with our own
/// services ends the attempt, which then begins anew.
pub(super) fn told(app: &App, error: JobError) -> Result<SightFailure, JobError> {
    match &error {
        JobError::Ledger(_) | JobError::Stopping => Err(error),
        JobError::Keyring(refusal) if refusal.is_unavailable() => Err(error),
        _ => Ok(of(app, &error)),
    }
}

/// A text without secrets, of so many characters at most; marked where it was cut.
pub(super) fn shown(app: &App, text: &str, longest: usize) -> String {
    let text = app.redactor.redact(text);
    if text.chars().count() <= longest {
        return text.into_owned();
    }
    text.chars().take(longest - 1).chain(['…']).collect()
}
