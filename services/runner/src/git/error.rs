//! What can go wrong with git, whether trying again helps, and under which reason it is reported.

use std::{io, path::PathBuf, time::Duration};

use pullwright_github::Retry;

/// A result of git work.
pub type Result<T, E = GitError> = std::result::Result<T, E>;

/// Why git work was not done. Texts are redacted and at most 2,000 characters long.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// The base branch does not exist on the remote.
    #[error("the base branch `{branch}` does not exist")]
    BaseBranchNotFound {
        /// The branch.
        branch: String,
    },
    /// The path leads through something that is not followed, or holds something that is not edited.
    #[error("`{path}` {rule}")]
    PathRefused {
        /// The path, or the part of it that is refused.
        path: String,
        /// What is wrong with it.
        rule: &'static str,
    },
    /// The file, or a folder on its path, does not exist.
    #[error("`{path}` does not exist at {commit}")]
    FileNotFound {
        /// The path.
        path: String,
        /// The commit that was looked at.
        commit: String,
    },
    /// The branch exists and is not ours. No call here gives it; the job that looked at the tip does.
    #[error("the branch `{branch}` exists and was not made for this")]
    BranchExists {
        /// The branch.
        branch: String,
    },
    /// A text is not a branch's name.
    #[error("the branch name `{branch}` {rule}")]
    BranchName {
        /// The text.
        branch: String,
        /// The form that is asked for.
        rule: &'static str,
    },
    /// What was to be committed cannot be: an empty message, a NUL, a date before 1970.
    #[error("the commit {rule}")]
    CommitRefused {
        /// What is wrong with it.
        rule: &'static str,
    },
    /// The remote refused the credential, or what it may do.
    #[error("the remote refused the credential: {text}")]
    AuthFailed {
        /// What git printed.
        text: String,
    },
    /// The remote knows no such repository, or does not show it to this credential.
    #[error("the remote knows no such repository: {text}")]
    RepositoryNotFound {
        /// What git printed.
        text: String,
    },
    /// The remote refused to change a branch.
    #[error("the remote refused the push: {text}")]
    PushRefused {
        /// The server's own text.
        text: String,
    },
    /// The remote answers with a redirect, which is never followed: the credential would go along.
    #[error("the remote redirects, which is not followed: {text}")]
    Redirected {
        /// What git printed.
        text: String,
    },
    /// What the remote sent is malformed, as git's own check says.
    #[error("the remote sent malformed objects: {text}")]
    Malformed {
        /// What git printed.
        text: String,
    },
    /// The remote is away, or asks to wait, or broke off.
    #[error("the remote could not be read: {text}")]
    Unreachable {
        /// What git printed.
        text: String,
    },
    /// A git command took too long and was ended with all that it had started.
    #[error("git {step} took longer than {limit:?}")]
    TimedOut {
        /// The command.
        step: &'static str,
        /// Its time limit.
        limit: Duration,
    },
    /// A git command failed for a reason of its own; the repository's folder may be damaged.
    #[error("git {step} failed: {text}")]
    Failed {
        /// The command.
        step: &'static str,
        /// What git printed.
        text: String,
    },
    /// A git command could not be started, or a file of the data folder could not be read or written.
    #[error("git {step} could not be run")]
    Io {
        /// The command or the action on the data folder.
        step: &'static str,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// The data folder could not be made, or is another runner's.
    #[error("the data folder {} cannot be used", path.display())]
    DataFolder {
        /// The folder.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// A value of another engine was given.
    #[error("the base was made by another engine")]
    ForeignBase,
}

impl GitError {
    /// The name of the reason, as in `error.v1.ErrorReason` without its prefix.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::BaseBranchNotFound { .. } => "BASE_BRANCH_NOT_FOUND",
            Self::PathRefused { .. } => "PATH_REFUSED",
            Self::FileNotFound { .. } => "PARAMS_FILE_NOT_FOUND",
            Self::BranchExists { .. } => "BRANCH_EXISTS",
            Self::AuthFailed { .. } => "GITHUB_AUTH_FAILED",
            Self::PushRefused { .. } | Self::CommitRefused { .. } | Self::BranchName { .. } => {
                "PUSH_REFUSED"
            }
            Self::RepositoryNotFound { .. }
            | Self::Redirected { .. }
            | Self::Malformed { .. }
            | Self::Unreachable { .. }
            | Self::TimedOut { .. }
            | Self::Failed { .. }
            | Self::Io { .. }
            | Self::DataFolder { .. }
            | Self::ForeignBase => "CLONE_FAILED",
        }
    }

    /// Whether trying again helps.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::BaseBranchNotFound { .. }
            | Self::PathRefused { .. }
            | Self::FileNotFound { .. }
            | Self::BranchExists { .. }
            | Self::BranchName { .. }
            | Self::CommitRefused { .. }
            | Self::AuthFailed { .. }
            | Self::RepositoryNotFound { .. }
            | Self::PushRefused { .. }
            | Self::Redirected { .. }
            | Self::Malformed { .. }
            | Self::ForeignBase => Retry::Never,
            Self::Unreachable { .. }
            | Self::TimedOut { .. }
            | Self::Failed { .. }
            | Self::Io { .. }
            | Self::DataFolder { .. } => Retry::Backoff,
        }
    }

    /// Whether the repository's folder may be what is wrong, so that building it anew may help.
    pub(super) fn blames_the_folder(&self) -> bool {
        matches!(self, Self::Failed { .. } | Self::Io { .. })
    }
}
