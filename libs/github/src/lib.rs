//! GitHub's REST API, as much of it as is needed, and the only place that makes an HTTP client for it.
//!
//! Every failure says whether trying again helps and whether the effect may have come about all the same. Nothing is
//! repeated in here but a read whose connection broke, and no redirect is followed: the credential goes to the
//! configured host and nowhere else. It knows no job, no budget and no git.

mod branches;
mod call;
mod client;
mod comments;
mod error;
mod json;
mod pull_request;
mod pulls;
mod rate_limit;
mod repository;
mod retry;

pub use branches::Branch;
pub use client::{BuildError, Client, TimeLimits};
pub use comments::{Comment, Comments};
pub use error::{FieldError, GithubError, Result};
pub use pull_request::{NewPullRequest, PullRequest, PullRequestChange, PullRequestSide};
pub use pulls::Pulls;
pub use repository::{Repository, RepositoryFacts};
pub use retry::{Effect, Retry};
