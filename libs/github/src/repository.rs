//! One repository, with the credential for it. Knows how lists are paged.

use pullwright_types::{Host, RepositoryName};
use secrecy::SecretString;
use serde_json::Value;

use crate::{
    Branch, Call, Client, Comments, CredentialFacts, GithubError, Pulls, RepositoryFacts,
    model::Flaw,
    request::{self, Answer, Request},
    route::{self, Route},
};

/// Takes what is needed out of an answer of a host.
type Parse<T> = fn(&Value, &Host) -> Result<T, Flaw>;

/// GitHub's largest page.
const PER_PAGE: usize = 100;

/// A repository on a host; cheap to copy.
#[derive(Debug, Clone, Copy)]
pub struct Repository<'a> {
    pub(crate) client: &'a Client,
    pub(crate) host: &'a Host,
    pub(crate) name: &'a RepositoryName,
    pub(crate) token: &'a SecretString,
}

impl<'a> Repository<'a> {
    /// What GitHub says of the repository.
    ///
    /// # Errors
    /// See [`GithubError`]; `Moved` after a rename.
    pub async fn get(&self) -> Result<RepositoryFacts, GithubError> {
        self.one(&route::GET_REPOSITORY, &[], None, RepositoryFacts::parse).await
    }

    /// What GitHub says of the repository, and on the way of the credential that asks.
    ///
    /// # Errors
    /// See [`GithubError`]; `Moved` after a rename.
    pub async fn get_with_credential(
        &self,
    ) -> Result<(RepositoryFacts, CredentialFacts), GithubError> {
        let route = &route::GET_REPOSITORY;
        let answer = self.send(route, &[], &[], None).await?;
        let facts = RepositoryFacts::parse(&answer.value, self.host)
            .map_err(|flaw| GithubError::malformed(Call(route), flaw))?;
        Ok((facts, CredentialFacts::read(&answer.headers)))
    }

    /// A branch; `None` when there is none, or no such repository.
    ///
    /// # Errors
    /// See [`GithubError`]; `Moved` after the branch was renamed.
    pub async fn branch(&self, name: &str) -> Result<Option<Branch>, GithubError> {
        match self.one(&route::GET_BRANCH, &["branches", name], None, Branch::parse).await {
            Err(GithubError::NotFound { .. }) => Ok(None),
            answer => answer.map(Some),
        }
    }

    /// Its pull requests.
    #[must_use]
    pub fn pulls(&self) -> Pulls<'a> {
        Pulls { repository: *self }
    }

    /// The comments of the pull request with this number.
    #[must_use]
    pub fn comments(&self, number: i64) -> Comments<'a> {
        Comments { repository: *self, number }
    }

    /// Asks for one thing below the repository's path.
    pub(crate) async fn one<T>(
        &self,
        route: &'static Route,
        below: &[&str],
        body: Option<Value>,
        parse: Parse<T>,
    ) -> Result<T, GithubError> {
        let answer = self.send(route, below, &[], body).await?;
        parse(&answer.value, self.host).map_err(|flaw| GithubError::malformed(Call(route), flaw))
    }

    /// Asks for a list, page by page until a page is not full, at most `pages` of them.
    ///
    /// Pages are asked for by number: an address in the answer's `Link` header could name any host.
    pub(crate) async fn list<T>(
        &self,
        route: &'static Route,
        below: &[&str],
        query: &[(&str, &str)],
        pages: usize,
        parse: Parse<T>,
    ) -> Result<Vec<T>, GithubError> {
        let call = Call(route);
        let size = PER_PAGE.to_string();
        let mut items = Vec::new();
        for page in 1..=pages {
            let page = page.to_string();
            let query = [query, &[("per_page", size.as_str()), ("page", page.as_str())]].concat();
            let answer = self.send(route, below, &query, None).await?;
            let page =
                answer.value.as_array().ok_or(GithubError::malformed(call, "is not a list"))?;
            for item in page {
                items.push(
                    parse(item, self.host).map_err(|flaw| GithubError::malformed(call, flaw))?,
                );
            }
            if page.len() < PER_PAGE {
                return Ok(items);
            }
        }
        tracing::warn!(
            route = route.template,
            pages,
            "the list is longer than what was read of it"
        );
        Ok(items)
    }

    /// Sends a request below the repository's path.
    pub(crate) async fn send(
        &self,
        route: &'static Route,
        below: &[&str],
        query: &[(&str, &str)],
        body: Option<Value>,
    ) -> Result<Answer, GithubError> {
        let segments = [&["repos", self.name.owner(), self.name.name()], below].concat();
        let (call, host, token) = (Call(route), self.host, self.token);
        request::send(self.client, Request { call, host, token, segments: &segments, query, body })
            .await
    }
}
