//! What is to be done, in the words of the wire.

use serde::{Deserialize, Serialize};

/// What happened on GitHub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// An issue was assigned or labelled.
    IssueAssigned,
    /// Somebody spoke about a pull request.
    PrReviewComment,
    /// Somebody mentioned the bot.
    IssueMention,
}

/// What to do; texts from GitHub stand between marks, see [`Quote`](crate::Quote).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Task {
    /// Solve an issue.
    FixIssue {
        /// Its number.
        issue_number: u64,
        /// Its title.
        issue_title: String,
        /// Its text.
        issue_body: String,
    },
    /// Do what a comment on a pull request asks for.
    AddressReviewComment {
        /// The pull request's number.
        pr_number: u64,
        /// The comment.
        comment_body: String,
        /// The lines that it was written at.
        #[serde(default)]
        diff_hunk: Option<String>,
    },
    /// Answer a comment.
    RespondToMention {
        /// Number of the issue or pull request.
        issue_number: u64,
        /// The comment.
        comment_body: String,
    },
    /// Read a pull request and change nothing; an addition of ours to version 2.
    ReviewPullRequest {
        /// The pull request's number.
        pr_number: u64,
        /// Its title.
        pr_title: String,
    },
}

impl Task {
    /// The trigger that belongs to this kind.
    #[must_use]
    pub fn trigger(&self) -> Trigger {
        match self {
            Self::FixIssue { .. } => Trigger::IssueAssigned,
            Self::AddressReviewComment { .. } | Self::ReviewPullRequest { .. } => {
                Trigger::PrReviewComment
            }
            Self::RespondToMention { .. } => Trigger::IssueMention,
        }
    }

    /// Number of the issue or pull request.
    #[must_use]
    pub fn number(&self) -> u64 {
        match self {
            Self::FixIssue { issue_number, .. } | Self::RespondToMention { issue_number, .. } => {
                *issue_number
            }
            Self::AddressReviewComment { pr_number, .. }
            | Self::ReviewPullRequest { pr_number, .. } => *pr_number,
        }
    }

    /// The text that says what is wanted, with its marks.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::FixIssue { issue_body: text, .. }
            | Self::AddressReviewComment { comment_body: text, .. }
            | Self::RespondToMention { comment_body: text, .. }
            | Self::ReviewPullRequest { pr_title: text, .. } => text,
        }
    }
}

/// What a review is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewContext {
    /// `pull_request`, or null when there is none.
    pub kind: Option<ReviewKind>,
    /// The changed files.
    pub files: Vec<ReviewFile>,
}

/// The one kind of thing that is reviewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewKind {
    /// A pull request.
    PullRequest,
}

/// A changed file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewFile {
    /// Its path in the repository, as GitHub gives it: a name that a stranger may have chosen.
    pub filename: String,
}
