//! What jobs are for, and whether somebody still wants them. Pure.

use std::fmt;

use uuid::Uuid;

use super::{PullRequestState, Status};

/// The lane of everything that writes to a repository.
#[must_use]
pub fn push_lane(repository_id: Uuid) -> String {
    format!("push:{repository_id}")
}

/// The lane of everything that is looked at in one way for one subject.
#[must_use]
pub fn read_lane(read: Read, subject: Uuid) -> String {
    let what = match read {
        Read::PullRequests => "reconcile",
        Read::DeliveryGaps => "gaps",
        Read::Webhook => "hook",
        Read::Orphans => "orphans",
    };
    format!("read:{what}:{subject}")
}

/// What a job looks at from time to time, for a repository or an App. It changes no proposal by itself: what was seen is told and applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Read {
    /// What became of the pull requests of a repository.
    PullRequests,
    /// Which deliveries never came, by GitHub's log of a hook.
    DeliveryGaps,
    /// Whether a repository's hook is there and as it must be.
    Webhook,
    /// Branches and pull requests of ours that nobody wants.
    Orphans,
}

impl Read {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::PullRequests, Self::DeliveryGaps, Self::Webhook, Self::Orphans];

    /// The name of the kind of jobs, as it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PullRequests => "reconcile_pull_requests",
            Self::DeliveryGaps => "fill_delivery_gaps",
            Self::Webhook => "register_webhook",
            Self::Orphans => "sweep_orphans",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|read| read.as_str() == text)
    }
}

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Opens the pull request of a proposal's generation.
    OpenPullRequest,
    /// Closes it, and deletes its branch as far as it is ours.
    ClosePullRequest,
    /// Writes the comment that shows the chart.
    CommentPullRequest,
    /// Closes and deletes what is ours and not the recorded pull request.
    TidyPullRequest,
    /// Looks at something. Its subject is no proposal.
    Read(Read),
}

/// What decides whether something is still wanted of a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Where the proposal stands.
    pub status: Status,
    /// What GitHub last said about the current generation's pull request.
    pub pull_request: Option<PullRequestState>,
    /// The current generation.
    pub generation: i32,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::OpenPullRequest,
        Self::ClosePullRequest,
        Self::CommentPullRequest,
        Self::TidyPullRequest,
        Self::Read(Read::PullRequests),
        Self::Read(Read::DeliveryGaps),
        Self::Read(Read::Webhook),
        Self::Read(Read::Orphans),
    ];

    /// The kind's name, as it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenPullRequest => "open_pull_request",
            Self::ClosePullRequest => "close_pull_request",
            Self::CommentPullRequest => "comment_pull_request",
            Self::TidyPullRequest => "tidy_pull_request",
            Self::Read(read) => read.as_str(),
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// How urgent it is, the higher the sooner: what people wait for comes before what only adds to it.
    #[must_use]
    pub const fn priority(self) -> i16 {
        match self {
            Self::OpenPullRequest | Self::ClosePullRequest => 0,
            Self::TidyPullRequest => -5,
            Self::CommentPullRequest => -10,
            // What proposals wait for comes before what only prevents surprises.
            Self::Read(Read::PullRequests) => -15,
            Self::Read(Read::Webhook) => -17,
            Self::Read(Read::DeliveryGaps | Read::Orphans) => -20,
        }
    }

    /// Whether a proposal that stands there `now` wants this done for `generation`.
    ///
    /// A pull request is wanted while the proposal waits for it. Closing is wanted once nothing can become of the pull request:
    /// the proposal was rejected or superseded, or a later generation took its place. A comment is wanted where somebody reads
    /// it: not on what was closed. Tidying up is always right, and so is looking.
    #[must_use]
    pub fn is_wanted(self, now: Standing, generation: i32) -> bool {
        let is_current = now.generation == generation;
        match self {
            Self::OpenPullRequest => is_current && now.status == Status::Pending,
            Self::ClosePullRequest => {
                !is_current || matches!(now.status, Status::Rejected | Status::Superseded)
            }
            Self::CommentPullRequest => {
                is_current
                    && matches!(now.status, Status::PrOpened | Status::PrMerged)
                    && now.pull_request != Some(PullRequestState::Closed)
            }
            Self::TidyPullRequest | Self::Read(_) => true,
        }
    }

    /// What it looks at, if that is what it does.
    #[must_use]
    pub const fn read(self) -> Option<Read> {
        match self {
            Self::Read(read) => Some(read),
            Self::OpenPullRequest
            | Self::ClosePullRequest
            | Self::CommentPullRequest
            | Self::TidyPullRequest => None,
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
        for read in Read::ALL {
            assert_eq!(Read::parse(read.as_str()), Some(read));
            assert_eq!(Kind::parse(read.as_str()), Some(Kind::Read(read)));
        }
    }

    #[test]
    fn whatever_is_looked_at_has_a_lane_of_its_own() {
        let lanes: std::collections::BTreeSet<_> =
            Read::ALL.into_iter().map(|read| read_lane(read, Uuid::nil())).collect();
        assert_eq!(lanes.len(), Read::ALL.len());
        assert!(lanes.iter().all(|lane| lane.starts_with("read:")));
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
        let now = Standing { status, pull_request: None, generation: current };
        assert_eq!(Kind::OpenPullRequest.is_wanted(now, 1), open);
        assert_eq!(Kind::ClosePullRequest.is_wanted(now, 1), close);
        assert!(Kind::TidyPullRequest.is_wanted(now, 1));
    }

    #[rstest]
    #[case(Status::Pending, None, 1, false)]
    #[case(Status::PrOpened, Some(PullRequestState::Open), 1, true)]
    #[case(Status::PrOpened, Some(PullRequestState::Closed), 1, false)]
    #[case(Status::PrOpened, Some(PullRequestState::Open), 2, false)]
    #[case(Status::PrMerged, Some(PullRequestState::Merged), 1, true)]
    #[case(Status::Rejected, Some(PullRequestState::Open), 1, false)]
    fn a_comment_is_wanted_on_the_current_pull_request_unless_it_was_closed(
        #[case] status: Status,
        #[case] pull_request: Option<PullRequestState>,
        #[case] generation: i32,
        #[case] wanted: bool,
    ) {
        let now = Standing { status, pull_request, generation };
        assert_eq!(Kind::CommentPullRequest.is_wanted(now, 1), wanted);
    }
}
