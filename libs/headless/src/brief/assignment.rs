//! What the adapter wants done, before it is put into the words of a version.

use super::{Familiar, MemoryPolicy, Quote, Repo};

/// A task as the adapter knows it, from which a brief is [composed](Self::compose).
#[derive(Debug, Clone)]
pub struct Assignment {
    /// The repository to work on.
    pub repo: Repo,
    /// Who works.
    pub familiar: Familiar,
    /// What to do.
    pub work: Work,
    /// What was asked and answered in earlier runs of the same task, the oldest first.
    pub exchanges: Vec<Exchange>,
    /// Absolute path of the clone.
    pub workspace_root: String,
    /// What may be remembered; only version 2 can say it, and version 1 remembers nothing.
    pub memory_policy: Option<MemoryPolicy>,
}

/// What to do.
#[derive(Debug, Clone)]
pub enum Work {
    /// Solve an issue.
    FixIssue {
        /// Its number.
        number: u64,
        /// Its title.
        title: Quote,
        /// Its text.
        body: Quote,
    },
    /// Do what a comment on a pull request, or a review of it, asks for.
    AddressComment {
        /// The pull request's number.
        number: u64,
        /// The comment.
        comment: Quote,
        /// Where in the diff it was written, if it was.
        location: Option<Location>,
    },
    /// Answer a comment.
    Answer {
        /// Number of the issue or pull request.
        number: u64,
        /// The comment.
        comment: Quote,
    },
    /// Read a pull request and change nothing; version 2 only.
    Review {
        /// The pull request's number.
        number: u64,
        /// Its title.
        title: Quote,
        /// Paths of the changed files.
        files: Vec<String>,
        /// What the adapter adds to the prompt.
        instruction: Option<String>,
        /// How the wire says it.
        form: ReviewForm,
    },
}

/// How a review is put into a brief.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewForm {
    /// As a kind of its own, which says that no commit is expected.
    OwnKind,
    /// As a review comment with a context, for runtimes that know no other form.
    ReviewComment,
}

/// Where in a diff a comment was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The file's path, a name that a stranger may have chosen.
    pub path: Quote,
    /// The line, from 1, if the comment stands at one.
    pub line: Option<u64>,
    /// The lines of the diff.
    pub diff_hunk: Option<Quote>,
}

/// A question of the agent's, and what people answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The question: the summary of a result that needed input.
    pub question: Quote,
    /// The answer, from the thread.
    pub answer: Quote,
}
