//! Pull requests: find, read, create, change.

use serde_json::{Map, Value, json};

use crate::{Comments, GithubError, PullRequest, Repository, route};

/// Most pages that are read when looking for the pull requests of one branch: a thousand.
const PAGES: usize = 10;

/// What a new pull request is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPullRequest {
    /// Its title, at most 255 characters.
    pub title: String,
    /// The branch to be merged, of the same repository.
    pub head: String,
    /// The branch to merge into.
    pub base: String,
    /// Its text, at most 65,536 characters.
    pub body: String,
    /// Whether it is a draft.
    pub draft: bool,
    /// Whether those who may push to the base may push to the head; means something for forks only.
    pub maintainer_can_modify: bool,
}

/// What to change of a pull request; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PullRequestChange {
    /// A new title.
    pub title: Option<String>,
    /// A new text.
    pub body: Option<String>,
    /// `open` or `closed`.
    pub state: Option<&'static str>,
    /// Another branch to merge into.
    pub base: Option<String>,
}

/// The pull requests of a repository.
#[derive(Debug, Clone, Copy)]
pub struct Pulls<'a> {
    pub(crate) repository: Repository<'a>,
}

impl<'a> Pulls<'a> {
    /// All pull requests from this branch of the repository's owner, open or not, the newest first; at most a thousand.
    ///
    /// # Errors
    /// See [`GithubError`].
    pub async fn find_by_head(&self, branch: &str) -> Result<Vec<PullRequest>, GithubError> {
        let head = format!("{}:{branch}", self.repository.name.owner());
        let query = [("head", head.as_str()), ("state", "all")];
        let mut found = self
            .repository
            .list(&route::LIST_PULLS, &["pulls"], &query, PAGES, PullRequest::parse)
            .await?;
        // A filter that GitHub does not understand is left out by it, and everything is listed.
        found.retain(|pull| pull.head.name == branch);
        Ok(found)
    }

    /// Asks for a page of one, to see whether the credential may look at pull requests.
    ///
    /// # Errors
    /// See [`GithubError`]; `Forbidden` and `NotFound` when it may not.
    pub async fn probe(&self) -> Result<(), GithubError> {
        let query = [("per_page", "1")];
        self.repository.send(&route::LIST_PULLS, &["pulls"], &query, None).await.map(drop)
    }

    /// Creates a pull request. Not repeated here, whatever happens.
    ///
    /// # Errors
    /// See [`GithubError`]; [`GithubError::already_exists`] when there is an open one from the same branch into the same base.
    pub async fn create(&self, new: &NewPullRequest) -> Result<PullRequest, GithubError> {
        let body = json!({
            "title": new.title,
            "head": new.head,
            "base": new.base,
            "body": new.body,
            "draft": new.draft,
            "maintainer_can_modify": new.maintainer_can_modify,
        });
        self.repository.one(&route::CREATE_PULL, &["pulls"], Some(body), PullRequest::parse).await
    }

    /// The pull request with this number.
    ///
    /// # Errors
    /// See [`GithubError`].
    pub async fn get(&self, number: i64) -> Result<PullRequest, GithubError> {
        let number = number.to_string();
        self.repository.one(&route::GET_PULL, &["pulls", &number], None, PullRequest::parse).await
    }

    /// Closes the pull request; one that is closed already stays so. Not repeated here.
    ///
    /// # Errors
    /// See [`GithubError`].
    pub async fn close(&self, number: i64) -> Result<PullRequest, GithubError> {
        let closed = PullRequestChange { state: Some("closed"), ..PullRequestChange::default() };
        self.update(number, &closed).await
    }

    /// The comments of the pull request with this number.
    #[must_use]
    pub fn comments(&self, number: i64) -> Comments<'a> {
        self.repository.comments(number)
    }

    /// Changes the pull request. Not repeated here.
    ///
    /// # Errors
    /// See [`GithubError`].
    pub async fn update(
        &self,
        number: i64,
        change: &PullRequestChange,
    ) -> Result<PullRequest, GithubError> {
        let PullRequestChange { title, body, state, base } = change;
        let given = [
            ("title", title.as_deref()),
            ("body", body.as_deref()),
            ("state", *state),
            ("base", base.as_deref()),
        ];
        let body: Map<String, Value> = given
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), Value::from(value?))))
            .collect();
        let number = number.to_string();
        let below = ["pulls", number.as_str()];
        self.repository
            .one(&route::UPDATE_PULL, &below, Some(Value::Object(body)), PullRequest::parse)
            .await
    }
}
