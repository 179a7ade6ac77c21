//! Where exit code, result and git do not agree.

use crate::Status;

/// One point on which they do not agree; it repeats no text of the runtime's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Disagreement {
    /// The status does not go with the exit code.
    #[error("exit code {exit} does not go with the status {status:?}")]
    Status {
        /// The code, which counts.
        exit: i32,
        /// The status, which does not.
        status: Status,
    },
    /// A success names a reason of failure.
    #[error("a success names a reason for not succeeding")]
    ReasonOfSuccess,
    /// Input is needed, and no question is asked.
    #[error("input is needed but no question is asked")]
    NoQuestion,
    /// There are commits and no branch.
    #[error("commits are listed without a branch")]
    CommitsWithoutBranch,
    /// The branch is not one that this run may write.
    #[error("the branch is not one that this run may write")]
    BranchRefused,
    /// The commits stand on another branch than the result names.
    #[error("the workspace does not stand on the branch that is named")]
    OtherBranch,
    /// The result lists a commit that was not made.
    #[error("commit {index} of the list was not made in this run")]
    UnknownCommit {
        /// Its place in the list, from 0.
        index: usize,
    },
    /// Commits were made that the result does not list.
    #[error("{count} commits were made that are not listed")]
    UnlistedCommits {
        /// How many.
        count: usize,
    },
    /// A review changed something.
    #[error("a review made commits")]
    ReviewWithCommits,
    /// A review was asked for and the result tells of none.
    #[error("a review was asked for and the result tells of none")]
    NoReview,
}
