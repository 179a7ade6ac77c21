//! The JSON objects of GitHub's REST and webhooks, complete in their required members. Pure but for naming
//! accounts: it reads no repository.

mod branch;
mod comment;
mod file;
mod git_ref;
mod github_app;
mod hook;
mod pull;
mod repository;
mod user;

pub(crate) use branch::branch;
pub(crate) use comment::comment;
pub(crate) use file::file;
pub(crate) use git_ref::git_ref;
pub(crate) use github_app::{github_app, installation, permissions};
pub(crate) use hook::{app_hook, delivery, delivery_item, hook, hook_config};
pub(crate) use pull::{pull, pull_full};
pub(crate) use repository::{repository, repository_full};
pub(crate) use user::user;
