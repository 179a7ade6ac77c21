//! A repository: its name, its pull requests, comments, hooks and deliveries. It does not know its git objects,
//! only the refs that were last seen.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Comment, FileContent, Hook, Permission, Pull, Signature};

/// A repository to be made.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct NewRepository {
    /// Account that owns it.
    pub owner: String,
    /// Name without `.git`.
    pub name: String,
    /// Whether reading needs a token; private unless said otherwise.
    #[serde(default = "private_by_default")]
    pub private: bool,
    /// Name of the default branch; `main` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_branch: Option<String>,
    /// One line about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Folder on the forge's disk whose files are the first commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<PathBuf>,
    /// Files of the first commit by path, on top of the folder's; no commit when there are none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, FileContent>,
    /// Author of the first commit; the forge's own when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<Signature>,
    /// Tokens for this repository.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tokens: Vec<RepositoryToken>,
    /// Branches that a rule protects.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub protected: BTreeSet<String>,
}

fn private_by_default() -> bool {
    true
}

impl NewRepository {
    /// Makes a private repository with the default branch `main` and no files.
    pub fn new(owner: impl Into<String>, name: impl Into<String>) -> Self {
        Self { owner: owner.into(), name: name.into(), private: true, ..Self::default() }
    }

    /// Adds a file to the first commit.
    pub fn file(mut self, path: impl Into<String>, content: impl Into<FileContent>) -> Self {
        self.files.insert(path.into(), content.into());
        self
    }

    /// Protects a branch by a rule. The forge shows it and lets pushes of its own through, as a rule may.
    pub fn protect(mut self, branch: impl Into<String>) -> Self {
        self.protected.insert(branch.into());
        self
    }

    /// Lets everybody read.
    pub fn public(mut self) -> Self {
        self.private = false;
        self
    }

    /// Adds a token for this repository.
    pub fn token(
        mut self,
        login: impl Into<String>,
        token: impl Into<String>,
        permission: Permission,
    ) -> Self {
        self.tokens.push(RepositoryToken { login: login.into(), token: token.into(), permission });
        self
    }
}

/// A token for the repository that is being made.
#[derive(Clone, Serialize, Deserialize)]
pub struct RepositoryToken {
    /// Who acts with it.
    pub login: String,
    /// The secret itself.
    pub token: String,
    /// What it may do.
    pub permission: Permission,
}

impl std::fmt::Debug for RepositoryToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RepositoryToken").field("login", &self.login).finish_non_exhaustive()
    }
}

/// A repository of the forge. What grows is behind `Arc`, since a repository is cloned for each answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Repository {
    /// Numeric id.
    pub id: u64,
    /// Account that owns it.
    pub owner: String,
    /// Name without `.git`.
    pub name: String,
    /// `owner/name`.
    pub full_name: String,
    /// Whether reading needs a token.
    pub private: bool,
    /// Name of the default branch.
    pub default_branch: String,
    /// One line about it.
    pub description: Option<String>,
    /// Its page, and what `repo_url` is.
    pub html_url: String,
    /// Where git clones it from.
    pub clone_url: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its settings last changed.
    pub updated_at: Timestamp,
    /// When a ref last moved.
    pub pushed_at: Timestamp,
    /// Branches that a rule protects.
    #[serde(default)]
    pub protected: BTreeSet<String>,
    #[serde(skip)]
    pub(crate) last_number: u64,
    #[serde(skip)]
    pub(crate) pulls: Arc<BTreeMap<u64, Arc<Pull>>>,
    #[serde(skip)]
    pub(crate) comments: BTreeMap<u64, Arc<Comment>>,
    #[serde(skip)]
    pub(crate) hooks: BTreeMap<u64, Hook>,
    #[serde(skip)]
    pub(crate) seen_refs: Arc<BTreeMap<String, String>>,
}

impl Repository {
    /// Changes a pull request; none when it is not there.
    pub(crate) fn pull_mut(&mut self, number: u64) -> Option<&mut Pull> {
        Arc::make_mut(&mut self.pulls).get_mut(&number).map(Arc::make_mut)
    }

    /// Gives out the next number for a pull request or an issue.
    pub(crate) fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    /// Finds the open pull request of a head and base, if there is one.
    pub(crate) fn open_pull(&self, head: &str, base: &str) -> Option<&Pull> {
        self.pulls
            .values()
            .map(Arc::as_ref)
            .find(|pull| pull.is_open() && pull.head_ref == head && pull.base_ref == base)
    }

    /// Counts the comments of a pull request.
    pub(crate) fn comment_count(&self, number: u64) -> usize {
        self.comments.values().filter(|comment| comment.number == number).count()
    }
}
