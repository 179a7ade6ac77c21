//! Complaints that do not flood the log: one when something begins to fail, one now and then while it does, one when it is well again.

use std::time::Duration;

use pullwright_rpc::explain::chain;
use tokio::time::Instant;

use crate::error::{Error, Result};

/// How often the same is said again.
const AGAIN_AFTER: Duration = Duration::from_secs(5 * 60);

/// What is known of one thing that may fail.
#[derive(Debug)]
pub(super) struct Complaint {
    /// What is tried, such as `ask the registry what there is`.
    what: &'static str,
    said_at: Option<Instant>,
}

impl Complaint {
    pub(super) const fn about(what: &'static str) -> Self {
        Self { what, said_at: None }
    }

    /// Says what is to be said about how it went; gives what came of it.
    pub(super) fn hear<T>(&mut self, went: Result<T>) -> Option<T> {
        let what = self.what;
        match went {
            Ok(came) => {
                if self.said_at.take().is_some() {
                    tracing::info!(what, "the schedule goes on");
                }
                Some(came)
            }
            Err(error) => {
                self.complain(&error);
                None
            }
        }
    }

    fn complain(&mut self, error: &Error) {
        let what = self.what;
        let is_said = self.said_at.is_some_and(|said_at| said_at.elapsed() < AGAIN_AFTER);
        if is_said {
            tracing::debug!(what, error.chain = chain(error), "the schedule is still held up");
        } else {
            self.said_at = Some(Instant::now());
            tracing::warn!(what, error.chain = chain(error), "the schedule is held up");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_well_is_passed_on_and_ends_the_complaint() {
        let mut complaint = Complaint::about("try");
        assert_eq!(complaint.hear::<()>(Err(Error::Stopping)), None);
        assert!(complaint.said_at.is_some());
        assert_eq!(complaint.hear(Ok(7)), Some(7));
        assert!(complaint.said_at.is_none());
    }

    #[test]
    fn the_same_complaint_is_made_once() {
        let mut complaint = Complaint::about("try");
        complaint.hear::<()>(Err(Error::Stopping));
        let said_at = complaint.said_at;
        complaint.hear::<()>(Err(Error::Stopping));
        assert_eq!(complaint.said_at, said_at);
    }
}
