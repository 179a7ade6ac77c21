//! GitHub's REST API and one query of its GraphQL API, as much as is needed; the only place that makes an HTTP client for it.
//!
//! A call is one request with one time limit. Of every failure it says whether trying again helps ([`GithubError::retry`]) and
//! whether it may have had its effect nevertheless ([`GithubError::effect`]). A mutation is never repeated here: whoever
//! gets an unknown outcome looks first. Knows no queue, no ledger, no lock, and no secret but the credential of the call.

mod body;
mod classify;
mod client;
mod comments;
mod credential;
mod deliveries;
mod error;
mod hooks;
mod limits;
mod model;
mod nodes;
mod numbers;
mod pulls;
mod repository;
mod request;
mod retry;
mod route;
mod text;
mod trail;

pub use client::{BuildError, Client, TimeLimits};
pub use comments::Comments;
pub use credential::CredentialFacts;
pub use deliveries::{Deliveries, Delivery, Page};
pub use error::{Cause, GithubError};
pub use hooks::{Hook, HookContent, Hooks};
pub use model::{Branch, Comment, PullRequest, Ref, RepositoryFacts, Side};
pub use pulls::{Conditional, NewPullRequest, PullRequestChange, Pulls};
pub use repository::Repository;
pub use retry::{Effect, Retry};
pub use route::Call;
pub use trail::Trail;
