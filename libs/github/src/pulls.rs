//! Pull requests: find, read, create, change.

use reqwest::header::ETAG;
use serde_json::{Map, Value, json};

use crate::{
    Call, Comments, GithubError, PullRequest, Repository, nodes, repository::Asked, route,
};

/// Most pages that are read when looking for the pull requests of one branch: a thousand.
const PAGES: usize = 10;
/// The size of a page of open pull requests: with texts of 65,536 characters each it stays below what is read of an answer.
const OPEN: usize = 50;
/// The longest entity tag that is kept, bytes.
const LONGEST_ETAG: usize = 256;

/// An answer to a question that named what is at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conditional<T> {
    /// It is as it was (304).
    Unmodified,
    /// It is another one.
    Modified {
        /// What it is now.
        value: T,
        /// Its entity tag; empty when GitHub gave none.
        etag: String,
    },
}

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

    /// The pull request with this number, unless it is as it was when GitHub gave this entity tag (RFC 9110 §8.8.3); that costs
    /// nothing of the rate limit. An empty tag asks for it in any case.
    ///
    /// # Errors
    /// See [`GithubError`].
    pub async fn get_unless(
        &self,
        number: i64,
        etag: &str,
    ) -> Result<Conditional<PullRequest>, GithubError> {
        let (route, number) = (&route::GET_PULL, number.to_string());
        let etag = Some(etag).filter(|etag| !etag.is_empty());
        let asked = Asked { etag, ..Asked::default() };
        let answer = self.repository.ask(route, &["pulls", &number], &[], None, asked).await?;
        if !answer.is_modified {
            return Ok(Conditional::Unmodified);
        }
        let value = PullRequest::parse(&answer.value, self.repository.host)
            .map_err(|flaw| GithubError::malformed(Call(route), flaw))?;
        let etag = answer.headers.get(ETAG).and_then(|etag| etag.to_str().ok());
        let etag = etag.filter(|etag| etag.len() <= LONGEST_ETAG).unwrap_or_default().to_owned();
        Ok(Conditional::Modified { value, etag })
    }

    /// The pull requests with these ids of GraphQL, at most 100, in one request and in this order, without their texts; `None` for
    /// one that GitHub does not show.
    ///
    /// # Errors
    /// See [`GithubError`]; a limit that is used up comes as `RateLimited`, as everywhere.
    pub async fn get_by_node_ids(
        &self,
        ids: &[&str],
    ) -> Result<Vec<Option<PullRequest>>, GithubError> {
        nodes::pulls(self.repository, &ids[..ids.len().min(nodes::MOST)]).await
    }

    /// The open pull requests, and whether these are all; at most `pages` pages of 50 are read.
    ///
    /// # Errors
    /// See [`GithubError`].
    pub async fn open(&self, pages: usize) -> Result<(Vec<PullRequest>, bool), GithubError> {
        let query = [("state", "open"), ("sort", "created"), ("direction", "asc")];
        let route = &route::LIST_PULLS;
        self.repository.some(route, &["pulls"], &query, OPEN, pages, PullRequest::parse).await
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
