//! `/repos/{owner}/{repo}/pulls`, one file per call.

mod create;
mod files;
mod get;
mod list;
mod merge;
mod update;

pub(super) use create::create;
pub(super) use files::files;
pub(super) use get::get;
pub(super) use list::list;
pub(super) use merge::merge;
pub(super) use update::update;

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use serde_json::json;

use super::answer::Input;
use super::comments::BODY_LIMIT;
use super::error::ApiError;
use super::{answer, shapes};
use crate::actions;
use crate::app::App;
use crate::world::{Pull, Repository};

/// Owner, name and number from a path.
type Number = Path<(String, String, u64)>;

/// GitHub's limit of a title, characters.
const TITLE_LIMIT: usize = 256;

/// Answers a whole pull request; whether it can be merged is said only when known, as GitHub does.
async fn full(
    app: &App,
    status: StatusCode,
    repository: &Repository,
    pull: &Pull,
    mergeable: Option<bool>,
) -> Result<Response, ApiError> {
    let stats = actions::measure(app, repository.id, &pull.base_sha, &pull.head_sha).await?;
    let mut world = app.world();
    let body = shapes::pull_full(&mut world, &app.urls, repository, pull, stats, mergeable);
    Ok(answer::json(status, &body))
}

/// Checks title and text against GitHub's limits.
fn check_texts(title: Option<&str>, body: Option<&str>) -> Result<(), ApiError> {
    let too_long = |field: &str, limit: usize| {
        let message = format!("{field} is too long (maximum is {limit} characters)");
        let error =
            json!({ "resource": "Issue", "code": "custom", "field": field, "message": message });
        ApiError::validation(vec![error])
    };
    if title.is_some_and(|title| title.chars().count() > TITLE_LIMIT) {
        return Err(too_long("title", TITLE_LIMIT));
    }
    if body.is_some_and(|body| body.chars().count() > BODY_LIMIT) {
        return Err(too_long("body", BODY_LIMIT));
    }
    Ok(())
}

/// Reads a member that may be cleared with null.
fn clearable(input: &Input, name: &str) -> Result<Option<Option<String>>, ApiError> {
    Ok(if input.has(name) { Some(input.text(name)?) } else { None })
}
