//! What jobs are for, and whether somebody still wants them. Pure.

use std::fmt;

use uuid::Uuid;

use super::Status;

/// The lane of everything that writes to a repository.
#[must_use]
pub fn push_lane(repository_id: Uuid) -> String {
    format!("push:{repository_id}")
}

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Opens the pull request of a proposal's generation.
    OpenPullRequest,
    /// Closes it, and deletes its branch as far as it is ours.
    ClosePullRequest,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 2] = [Self::OpenPullRequest, Self::ClosePullRequest];

    /// The kind's name, as it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenPullRequest => "open_pull_request",
            Self::ClosePullRequest => "close_pull_request",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether a proposal in this state, now in generation `current`, wants this done for `generation`.
    ///
    /// A pull request is wanted while the proposal waits for it. Closing is wanted once nothing can become of the pull request:
    /// the proposal was rejected or superseded, or a later generation took its place.
    #[must_use]
    pub fn is_wanted(self, status: Status, current: i32, generation: i32) -> bool {
        match self {
            Self::OpenPullRequest => status == Status::Pending && current == generation,
            Self::ClosePullRequest => {
                current != generation || matches!(status, Status::Rejected | Status::Superseded)
            }
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How a job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is done, or nobody wanted it any more.
    Completed,
    /// It was given up.
    Failed,
}

impl Outcome {
    /// The outcome's name, as it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn every_kind_is_found_by_its_name() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(Kind::parse("make_coffee"), None);
    }

    #[rstest]
    #[case(Status::Pending, 1, true, false)]
    #[case(Status::PrOpened, 1, false, false)]
    #[case(Status::PrMerged, 1, false, false)]
    #[case(Status::Rejected, 1, false, true)]
    #[case(Status::Superseded, 1, false, true)]
    #[case(Status::Pending, 2, false, true)]
    #[case(Status::PrOpened, 2, false, true)]
    fn the_first_generation_is_wanted_open_or_closed_but_never_both(
        #[case] status: Status,
        #[case] current: i32,
        #[case] open: bool,
        #[case] close: bool,
    ) {
        assert_eq!(Kind::OpenPullRequest.is_wanted(status, current, 1), open);
        assert_eq!(Kind::ClosePullRequest.is_wanted(status, current, 1), close);
    }
}
