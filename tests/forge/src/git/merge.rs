//! Merging two commits without a work tree, and moving refs. It does not know which pull request it serves.

use std::path::Path;

use super::command::require_success;
use super::{Git, GitError};
use crate::world::Signature;

/// A commit over a tree that exists already.
pub(crate) struct MergeCommit<'a> {
    /// Its tree.
    pub(crate) tree: &'a str,
    /// Its parents, the base first.
    pub(crate) parents: &'a [&'a str],
    /// Author and committer.
    pub(crate) author: &'a Signature,
    /// Seconds since the epoch.
    pub(crate) at: i64,
    /// Message.
    pub(crate) message: &'a str,
}

impl Git {
    /// Merges two commits into a tree; none when they conflict.
    pub(crate) async fn merge_tree(
        &self,
        directory: &Path,
        base: &str,
        head: &str,
    ) -> Result<Option<String>, GitError> {
        let output =
            self.output(directory, &["merge-tree", "--write-tree", base, head], &[], b"").await?;
        if output.status.code() == Some(1) {
            return Ok(None);
        }
        let stdout = require_success("merge-tree".to_owned(), output)?;
        let text = String::from_utf8_lossy(&stdout);
        text.lines()
            .next()
            .map(|tree| Some(tree.to_owned()))
            .ok_or_else(|| GitError::Unexpected { step: "merge-tree".to_owned() })
    }

    /// Makes a commit of a tree.
    pub(crate) async fn commit_tree(
        &self,
        directory: &Path,
        commit: &MergeCommit<'_>,
    ) -> Result<String, GitError> {
        let mut arguments = vec!["commit-tree", commit.tree];
        for parent in commit.parents {
            arguments.extend(["-p", parent]);
        }
        let date = format!("@{} +0000", commit.at);
        let environment = [
            ("GIT_AUTHOR_NAME", commit.author.name.clone()),
            ("GIT_AUTHOR_EMAIL", commit.author.email.clone()),
            ("GIT_AUTHOR_DATE", date.clone()),
            ("GIT_COMMITTER_NAME", commit.author.name.clone()),
            ("GIT_COMMITTER_EMAIL", commit.author.email.clone()),
            ("GIT_COMMITTER_DATE", date),
        ];
        let output =
            self.output(directory, &arguments, &environment, commit.message.as_bytes()).await?;
        let stdout = require_success("commit-tree".to_owned(), output)?;
        Ok(String::from_utf8_lossy(&stdout).trim().to_owned())
    }

    /// Moves a ref from an old value, or from anywhere when none is given.
    pub(crate) async fn update_ref(
        &self,
        directory: &Path,
        name: &str,
        new: &str,
        old: Option<&str>,
    ) -> Result<(), GitError> {
        let mut arguments = vec!["update-ref", name, new];
        arguments.extend(old);
        self.run(directory, &arguments).await.map(drop)
    }

    /// Deletes a ref that has a known value.
    pub(crate) async fn delete_ref(
        &self,
        directory: &Path,
        name: &str,
        old: &str,
    ) -> Result<(), GitError> {
        self.run(directory, &["update-ref", "-d", name, old]).await.map(drop)
    }
}
