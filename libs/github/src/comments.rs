//! Comments in the conversation of an issue or a pull request.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    GithubError, Repository, Result,
    call::Call,
    json::{lacks, list, number, text},
};

/// Pages that are read at most, a hundred comments each.
const MOST_PAGES: usize = 50;

/// The comments of one issue or pull request.
#[derive(Debug, Clone, Copy)]
pub struct Comments<'a> {
    pub(crate) repository: Repository<'a>,
    pub(crate) number: i64,
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// GitHub's id.
    pub id: i64,
    /// The text.
    pub body: String,
    /// Who wrote it; empty when the account is gone.
    pub author: String,
}

impl Comments<'_> {
    /// Gets all comments, the oldest first.
    pub async fn list(&self) -> Result<Vec<Comment>> {
        let mut comments = Vec::new();
        for page in 1..=MOST_PAGES {
            let call = Call::get("comments.list", self.path()).page(page);
            let entries = list(self.repository.call(call).await?)?;
            let is_last = entries.len() < 100;
            for entry in entries {
                comments.push(read(&entry)?);
            }
            if is_last {
                return Ok(comments);
            }
        }
        Err(GithubError::Malformed {
            problem: format!("the list has more than {MOST_PAGES} pages"),
        })
    }

    /// Writes a comment. After an unknown outcome look with [`Self::list`] before doing it again.
    pub async fn create(&self, body: &str) -> Result<Comment> {
        let body = json!({ "body": body });
        let call = Call::mutate("comments.create", Method::POST, self.path(), body);
        read(&self.repository.call(call).await?)
    }

    /// Gives a comment a new text.
    pub async fn edit(&self, id: i64, body: &str) -> Result<Comment> {
        let path = format!("/issues/comments/{id}");
        let call = Call::mutate("comments.update", Method::PATCH, path, json!({ "body": body }));
        read(&self.repository.call(call).await?)
    }

    fn path(&self) -> String {
        format!("/issues/{}/comments", self.number)
    }
}

fn read(value: &Value) -> Result<Comment> {
    Ok(Comment {
        id: number(value, "id").ok_or_else(|| lacks("id"))?,
        body: text(value, "body").unwrap_or_default(),
        author: value.get("user").and_then(|user| text(user, "login")).unwrap_or_default(),
    })
}
