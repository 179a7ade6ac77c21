//! Explanations on the wire.

use pullwright_proto::proposal as v1;

use super::time;
use crate::domain::explain::{Action, Failure, Work, WorkState};

/// Writes a job that is not over.
#[must_use]
pub fn work(work: Work) -> v1::PendingWork {
    let (state, holder, expires_at) = match work.state {
        WorkState::Queued { .. } => ("queued", String::new(), None),
        WorkState::Waiting => ("waiting", String::new(), None),
        WorkState::Running { holder, expires_at, .. } => ("running", holder, Some(expires_at)),
    };
    v1::PendingWork {
        kind: work.kind.as_str().to_owned(),
        state: state.to_owned(),
        due_at: Some(time::message(work.due_at)),
        attempt: work.attempt,
        holder,
        lease_expires_at: expires_at.map(time::message),
        jobs_ahead: i32::try_from(work.jobs_ahead).unwrap_or(i32::MAX),
    }
}

/// Writes an attempt that failed.
#[must_use]
pub fn failure(failure: Failure) -> v1::FailedAttempt {
    v1::FailedAttempt {
        reason: failure.reason,
        message: failure.message,
        failed_at: Some(time::message(failure.at)),
        will_retry: failure.will_retry,
    }
}

/// Writes something that a person can do.
#[must_use]
pub fn action(action: Action) -> v1::PossibleAction {
    v1::PossibleAction { description: action.description, method: action.method.to_owned() }
}
