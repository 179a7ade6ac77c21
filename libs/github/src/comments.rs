//! Comments in a pull request's conversation, which GitHub keeps as comments of the issue with the same number.

use serde_json::json;

use crate::{Comment, GithubError, Repository, route};

/// More than a conversation can hold.
const PAGES: usize = 100;

/// The comments of one pull request.
#[derive(Debug, Clone, Copy)]
pub struct Comments<'a> {
    pub(crate) repository: Repository<'a>,
    pub(crate) number: i64,
}

impl Comments<'_> {
    /// All comments, the oldest first.
    ///
    /// # Errors
    /// See [`GithubError`].
    pub async fn list(&self) -> Result<Vec<Comment>, GithubError> {
        let number = self.number.to_string();
        let below = ["issues", number.as_str(), "comments"];
        self.repository.list(&route::LIST_COMMENTS, &below, &[], PAGES, Comment::parse).await
    }

    /// Writes a comment. Not repeated here, whatever happens.
    ///
    /// # Errors
    /// See [`GithubError`].
    pub async fn create(&self, body: &str) -> Result<Comment, GithubError> {
        let number = self.number.to_string();
        let below = ["issues", number.as_str(), "comments"];
        self.repository
            .one(&route::CREATE_COMMENT, &below, Some(json!({ "body": body })), Comment::parse)
            .await
    }

    /// Replaces the text of the comment with this id. Not repeated here.
    ///
    /// # Errors
    /// See [`GithubError`].
    pub async fn edit(&self, id: i64, body: &str) -> Result<Comment, GithubError> {
        let id = id.to_string();
        let below = ["issues", "comments", id.as_str()];
        self.repository
            .one(&route::UPDATE_COMMENT, &below, Some(json!({ "body": body })), Comment::parse)
            .await
    }

    /// Deletes the comment with this id; one that is gone already stays so. Not repeated here.
    ///
    /// # Errors
    /// See [`GithubError`].
    pub async fn delete(&self, id: i64) -> Result<(), GithubError> {
        let id = id.to_string();
        let below = ["issues", "comments", id.as_str()];
        match self.repository.one(&route::DELETE_COMMENT, &below, None, |_, _| Ok(())).await {
            Err(GithubError::NotFound { .. }) => Ok(()),
            answer => answer,
        }
    }
}
