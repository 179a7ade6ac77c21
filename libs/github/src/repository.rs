//! A repository: its facts, and the way to what is in it.

use std::fmt;

use pullwright_types::{Host, RepositoryName};
use secrecy::SecretString;
use serde_json::Value;

use crate::{
    Branch, Client, Comments, Pulls, Result, branches,
    call::Call,
    json::{flag, lacks, number, text},
};

/// A repository on a host with the credential for it; the credential goes to the host's API only.
#[derive(Clone, Copy)]
pub struct Repository<'a> {
    pub(crate) client: &'a Client,
    pub(crate) host: &'a Host,
    pub(crate) name: &'a RepositoryName,
    pub(crate) token: &'a SecretString,
}

/// What GitHub says of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryFacts {
    /// GitHub's id; it survives renames.
    pub id: i64,
    /// `owner/name` as it is spelled now.
    pub full_name: String,
    /// The default branch.
    pub default_branch: String,
    /// Whether it is private.
    pub private: bool,
    /// Whether it is archived, and so read-only.
    pub archived: bool,
    /// Whether the credential may push; `None` when GitHub does not say.
    pub may_push: Option<bool>,
}

impl<'a> Repository<'a> {
    /// Gets the repository's facts.
    pub async fn get(&self) -> Result<RepositoryFacts> {
        let value = self.call(Call::get("repos.get", "")).await?;
        let push = value.get("permissions").and_then(|may| may.get("push"));
        Ok(RepositoryFacts {
            id: number(&value, "id").ok_or_else(|| lacks("id"))?,
            full_name: text(&value, "full_name").ok_or_else(|| lacks("full_name"))?,
            default_branch: text(&value, "default_branch").unwrap_or_default(),
            private: flag(&value, "private"),
            archived: flag(&value, "archived"),
            may_push: push.and_then(Value::as_bool),
        })
    }

    /// Gets a branch; `None` when GitHub knows none of this name, or no such repository.
    pub async fn branch(&self, name: &str) -> Result<Option<Branch>> {
        branches::get(self, name).await
    }

    /// Its pull requests.
    #[must_use]
    pub fn pulls(&self) -> Pulls<'a> {
        Pulls { repository: *self }
    }
}

impl<'a> Repository<'a> {
    /// The conversation of an issue or a pull request.
    pub(crate) fn comments(&self, number: i64) -> Comments<'a> {
        Comments { repository: *self, number }
    }
}

impl fmt::Debug for Repository<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Repository")
            .field("api", &self.host.api)
            .field("name", &self.name.to_string())
            .finish_non_exhaustive()
    }
}
