//! A pull request and the rules of its life. It does not know git: tips are told to it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Whether a pull request is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PullState {
    /// It can be merged or closed.
    Open,
    /// It was merged or closed.
    Closed,
}

/// A pull request as the forge remembers it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pull {
    /// Numeric id.
    pub id: u64,
    /// Number, shared with issues, from 1 per repository.
    pub number: u64,
    /// `owner/name` of the repository.
    pub repository: String,
    /// Its page.
    pub html_url: String,
    /// Title.
    pub title: String,
    /// Text; absent and empty differ, as they do at GitHub.
    pub body: Option<String>,
    /// Open or closed.
    pub state: PullState,
    /// Whether it was merged.
    pub merged: bool,
    /// Whether it is a draft.
    pub draft: bool,
    /// Login of who opened it.
    pub author: String,
    /// Branch it comes from.
    pub head_ref: String,
    /// Tip of that branch, or its last one after the branch was deleted or the pull request was closed.
    pub head_sha: String,
    /// Branch it goes to.
    pub base_ref: String,
    /// Tip of the base when the pull request was opened or last pushed to.
    pub base_sha: String,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it last changed, whole seconds.
    pub updated_at: Timestamp,
    /// When it was closed or merged.
    pub closed_at: Option<Timestamp>,
    /// When it was merged.
    pub merged_at: Option<Timestamp>,
    /// Who merged it.
    pub merged_by: Option<String>,
    /// Commit that merged it.
    pub merge_commit_sha: Option<String>,
}

/// A pull request to be opened without REST, as by a person.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct NewPull {
    /// Title.
    pub title: String,
    /// Branch it comes from.
    pub head: String,
    /// Branch it goes to; the default branch when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// Text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Whether it is a draft.
    #[serde(default)]
    pub draft: bool,
    /// Login of who opens it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
}

/// How the commits of a pull request reach its base.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MergeMethod {
    /// A commit with two parents.
    #[default]
    Merge,
    /// One commit with the base as its only parent.
    Squash,
}

/// How a pull request is to be merged.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct MergeRequest {
    /// Method.
    #[serde(default)]
    pub method: MergeMethod,
    /// The head that must still be there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha: Option<String>,
    /// First line of the merging commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Rest of its message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Login of who merges.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
}

/// Why a closed pull request cannot be opened again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReopenRefusal {
    /// What was merged stays merged.
    #[error("state cannot be changed. The pull request cannot be reopened.")]
    Merged,
    /// There is nothing to merge.
    #[error("state cannot be changed. The {0} branch has been deleted.")]
    HeadDeleted(String),
    /// Another one has taken its place.
    #[error(
        "state cannot be changed. There is already an open pull request from {head} to {base}."
    )]
    Another {
        /// Branch it comes from.
        head: String,
        /// Branch it goes to.
        base: String,
    },
}

impl Pull {
    /// Says whether it is open.
    pub fn is_open(&self) -> bool {
        self.state == PullState::Open
    }

    /// Closes it without merging; says whether that changed anything.
    pub(crate) fn close(&mut self, at: Timestamp) -> bool {
        if !self.is_open() {
            return false;
        }
        self.state = PullState::Closed;
        self.closed_at = Some(at);
        self.updated_at = at;
        true
    }

    /// Records that its commits are in the base; what was merged is not merged again.
    pub(crate) fn merge(&mut self, commit: &str, by: &str, at: Timestamp) -> bool {
        if !self.close(at) {
            return false;
        }
        self.merged = true;
        self.merged_at = Some(at);
        self.merged_by = Some(by.to_owned());
        self.merge_commit_sha = Some(commit.to_owned());
        true
    }

    /// Opens it again with the tip that its branch has now.
    pub(crate) fn reopen(&mut self, tip: Option<&str>, at: Timestamp) -> Result<(), ReopenRefusal> {
        if self.merged {
            return Err(ReopenRefusal::Merged);
        }
        let tip = tip.ok_or_else(|| ReopenRefusal::HeadDeleted(self.head_ref.clone()))?;
        self.state = PullState::Open;
        self.closed_at = None;
        self.head_sha = tip.to_owned();
        self.updated_at = at;
        Ok(())
    }

    /// Follows a push to its head; returns the tip before it when this one is new.
    pub(crate) fn synchronize(
        &mut self,
        tip: &str,
        base_tip: Option<&str>,
        at: Timestamp,
    ) -> Option<String> {
        if !self.is_open() || self.head_sha == tip {
            return None;
        }
        let before = std::mem::replace(&mut self.head_sha, tip.to_owned());
        if let Some(base_tip) = base_tip {
            self.base_sha = base_tip.to_owned();
        }
        self.updated_at = at;
        Some(before)
    }
}
