//! One repository, with the credential for it. Knows how lists are paged.

use std::collections::BTreeMap;

use pullwright_types::{Host, RepositoryName};
use secrecy::SecretString;
use serde_json::Value;

use crate::{
    Branch, Call, Client, Comments, CredentialFacts, Deliveries, GithubError, Hooks, Pulls, Ref,
    RepositoryFacts, Trail,
    model::Flaw,
    request::{self, Answer, At, Request},
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
    pub(crate) trail: Option<&'a Trail>,
}

impl<'a> Repository<'a> {
    /// The same repository, whose requests are recorded and whose reads find it under a new name.
    #[must_use]
    pub fn on(self, trail: &'a Trail) -> Self {
        Self { trail: Some(trail), ..self }
    }

    /// What GitHub says of the repository.
    ///
    /// # Errors
    /// See [`GithubError`]; `Moved` after a rename, unless a trail is kept.
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

    /// Its hooks.
    #[must_use]
    pub fn hooks(&self) -> Hooks<'a> {
        Hooks { repository: *self }
    }

    /// The log of what one of its hooks was sent.
    #[must_use]
    pub fn deliveries(&self, hook_id: i64) -> Deliveries<'a> {
        Deliveries::of_hook(*self, hook_id)
    }

    /// The branches whose names begin with `{folder}/`, and whether these are all; at most `pages` pages of a hundred are read.
    ///
    /// # Errors
    /// See [`GithubError`].
    pub async fn branches_below(
        &self,
        folder: &str,
        pages: usize,
    ) -> Result<(Vec<Ref>, bool), GithubError> {
        let prefix = format!("refs/heads/{folder}/");
        let below = ["git", "matching-refs", "heads", folder];
        let (refs, is_whole) =
            self.some(&route::LIST_REFS, &below, &[], PER_PAGE, pages, Ref::parse).await?;
        // Other names begin with the folder's as well, and a server that knows no pages gives all of them each time.
        let ours = refs.into_iter().filter(|one| one.name.starts_with(&prefix));
        let ours: BTreeMap<String, Ref> = ours.map(|one| (one.name.clone(), one)).collect();
        Ok((ours.into_values().collect(), is_whole))
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
    pub(crate) async fn list<T>(
        &self,
        route: &'static Route,
        below: &[&str],
        query: &[(&str, &str)],
        pages: usize,
        parse: Parse<T>,
    ) -> Result<Vec<T>, GithubError> {
        self.some(route, below, query, PER_PAGE, pages, parse).await.map(|(items, _)| items)
    }

    /// The same with pages of `size` entries, 100 at most; says whether the list was read to its end.
    ///
    /// Pages are asked for by number: an address in the answer's `Link` header could name any host.
    pub(crate) async fn some<T>(
        &self,
        route: &'static Route,
        below: &[&str],
        query: &[(&str, &str)],
        size: usize,
        pages: usize,
        parse: Parse<T>,
    ) -> Result<(Vec<T>, bool), GithubError> {
        let call = Call(route);
        let per_page = size.to_string();
        let mut items = Vec::new();
        for page in 1..=pages {
            let page = page.to_string();
            let query =
                [query, &[("per_page", per_page.as_str()), ("page", page.as_str())]].concat();
            let answer = self.send(route, below, &query, None).await?;
            let page =
                answer.value.as_array().ok_or(GithubError::malformed(call, "is not a list"))?;
            for item in page {
                items.push(
                    parse(item, self.host).map_err(|flaw| GithubError::malformed(call, flaw))?,
                );
            }
            // More than was asked for comes from a server that knows no pages.
            if page.len() != size {
                return Ok((items, true));
            }
        }
        tracing::warn!(
            route = route.template,
            pages,
            "the list is longer than what was read of it"
        );
        Ok((items, false))
    }

    /// Sends a request below the repository's path.
    pub(crate) async fn send(
        &self,
        route: &'static Route,
        below: &[&str],
        query: &[(&str, &str)],
        body: Option<Value>,
    ) -> Result<Answer, GithubError> {
        self.ask(route, below, query, body, Asked::default()).await
    }

    /// The same with what only some requests have.
    pub(crate) async fn ask(
        &self,
        route: &'static Route,
        below: &[&str],
        query: &[(&str, &str)],
        body: Option<Value>,
        asked: Asked<'_>,
    ) -> Result<Answer, GithubError> {
        let segments = [&["repos", self.name.owner(), self.name.name()], below].concat();
        let request = Request {
            call: Call(route),
            host: self.host,
            token: self.token,
            at: At::Rest(&segments),
            query,
            body,
            etag: asked.etag,
            secret: asked.secret,
            trail: self.trail,
        };
        request::send(self.client, request).await
    }
}

/// What only some requests have.
#[derive(Default)]
pub(crate) struct Asked<'a> {
    /// The entity tag of an answer that is at hand.
    pub(crate) etag: Option<&'a str>,
    /// A second secret that the request carries.
    pub(crate) secret: Option<&'a SecretString>,
}
