//! Pull requests.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    Comments, GithubError, NewPullRequest, PullRequest, PullRequestChange, Repository, Result,
    call::Call, json::list, pull_request::read,
};

/// Pages that are read at most; a branch has one pull request, seldom a handful.
const MOST_PAGES: usize = 50;

/// The pull requests of a repository.
#[derive(Debug, Clone, Copy)]
pub struct Pulls<'a> {
    pub(crate) repository: Repository<'a>,
}

impl<'a> Pulls<'a> {
    /// Gets all pull requests from a branch of this repository, open, closed and merged, the newest first.
    pub async fn find_by_head(&self, branch: &str) -> Result<Vec<PullRequest>> {
        let mut found = Vec::new();
        for page in 1..=MOST_PAGES {
            // Pages are counted, not followed: a link could lead anywhere.
            let mut call = Call::get("pulls.list", "/pulls").page(page);
            call.query.push(("state", "all".to_owned()));
            call.query.push(("head", format!("{}:{branch}", self.repository.name.owner())));
            let entries = list(self.repository.call(call).await?)?;
            let is_last = entries.len() < 100;
            for entry in entries {
                found.push(self.read(&entry)?);
            }
            if is_last {
                // GitHub ignores a filter that it does not understand and shows all.
                found.retain(|pull| pull.head.name == branch);
                return Ok(found);
            }
        }
        Err(GithubError::Malformed {
            problem: format!("the list has more than {MOST_PAGES} pages"),
        })
    }

    /// Creates a pull request. After an unknown outcome look with [`Self::find_by_head`] before doing it again.
    pub async fn create(&self, new: &NewPullRequest) -> Result<PullRequest> {
        let call = Call::mutate("pulls.create", Method::POST, "/pulls", json!(new));
        self.read(&self.repository.call(call).await?)
    }

    /// Gets a pull request.
    pub async fn get(&self, number: i64) -> Result<PullRequest> {
        let call = Call::get("pulls.get", format!("/pulls/{number}"));
        self.read(&self.repository.call(call).await?)
    }

    /// Changes a pull request.
    pub async fn update(&self, number: i64, change: &PullRequestChange) -> Result<PullRequest> {
        let path = format!("/pulls/{number}");
        let call = Call::mutate("pulls.update", Method::PATCH, path, json!(change));
        self.read(&self.repository.call(call).await?)
    }

    /// Closes a pull request; one that is closed stays so.
    pub async fn close(&self, number: i64) -> Result<PullRequest> {
        let change = PullRequestChange { state: Some("closed"), ..PullRequestChange::default() };
        self.update(number, &change).await
    }

    /// The conversation of a pull request.
    #[must_use]
    pub fn comments(&self, number: i64) -> Comments<'a> {
        self.repository.comments(number)
    }

    fn read(&self, value: &Value) -> Result<PullRequest> {
        read(value, self.repository.host)
    }
}
