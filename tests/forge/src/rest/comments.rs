//! `/repos/{owner}/{repo}/issues/{number}/comments` and `/issues/comments/{id}`.

use std::sync::Arc;

use axum::extract::{Path, Query as QueryOf, State};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::StatusCode;
use serde_json::json;

use super::answer::Input;
use super::caller::Caller;
use super::error::ApiError;
use super::page::{Query, page};
use super::{answer, shapes};
use crate::actions;
use crate::app::App;
use crate::world::{Comment, Repository};

/// GitHub's limit of a text, characters.
pub(super) const BODY_LIMIT: usize = 65_536;

type Id = Path<(String, String, u64)>;

/// Lists the comments of a pull request, the oldest first.
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Path((owner, name, number)): Id,
    QueryOf(query): QueryOf<Query>,
) -> Result<Response, ApiError> {
    let repository = caller.read(&app, &owner, &name)?;
    let comments = actions::comments(&app, &repository.full_name, number)?;
    let base =
        format!("{}/issues/{number}/comments", app.urls.repository_api(&repository.full_name));
    let mut world = app.world();
    let items =
        comments.iter().map(|comment| shapes::comment(&mut world, &app.urls, &repository, comment));
    Ok(page(&base, &query, items.collect()))
}

/// Adds a comment.
pub(super) async fn create(
    State(app): State<App>,
    caller: Caller,
    Path((owner, name, number)): Id,
    body: Bytes,
) -> Result<Response, ApiError> {
    let (repository, login) = caller.write(&app, &owner, &name)?;
    let text = text(&body)?;
    let comment = actions::write_comment(&app, &repository.full_name, number, &text, &login)?;
    Ok(answer(&app, StatusCode::CREATED, &repository, &comment))
}

/// Answers a comment.
pub(super) async fn get(
    State(app): State<App>,
    caller: Caller,
    Path((owner, name, id)): Id,
) -> Result<Response, ApiError> {
    let repository = caller.read(&app, &owner, &name)?;
    let comment = repository.comments.get(&id).ok_or_else(ApiError::not_found)?;
    Ok(answer(&app, StatusCode::OK, &repository, comment))
}

/// Changes the text of a comment.
pub(super) async fn update(
    State(app): State<App>,
    caller: Caller,
    Path((owner, name, id)): Id,
    body: Bytes,
) -> Result<Response, ApiError> {
    let (repository, _) = caller.write(&app, &owner, &name)?;
    let text = text(&body)?;
    let now = app.now();
    let comment = {
        let mut world = app.world();
        let entry =
            world.repository_mut(repository.id).and_then(|entry| entry.comments.get_mut(&id));
        let comment = Arc::make_mut(entry.ok_or_else(ApiError::not_found)?);
        comment.body = text;
        comment.updated_at = now;
        comment.clone()
    };
    Ok(answer(&app, StatusCode::OK, &repository, &comment))
}

/// Deletes a comment.
pub(super) async fn delete(
    State(app): State<App>,
    caller: Caller,
    Path((owner, name, id)): Id,
) -> Result<Response, ApiError> {
    let (repository, _) = caller.write(&app, &owner, &name)?;
    let removed =
        app.world().repository_mut(repository.id).and_then(|entry| entry.comments.remove(&id));
    removed.map(|_| StatusCode::NO_CONTENT.into_response()).ok_or_else(ApiError::not_found)
}

fn text(body: &[u8]) -> Result<String, ApiError> {
    let text = Input::parse(body)?.text("body")?.ok_or_else(|| ApiError::not_supplied("body"))?;
    let refuse = |message: &str| {
        let error = json!({ "resource": "IssueComment", "code": "unprocessable", "field": "data", "message": message });
        ApiError::validation(vec![error]).page("/issues/comments#create-an-issue-comment")
    };
    if text.trim().is_empty() {
        return Err(refuse("Body cannot be blank"));
    }
    if text.chars().count() > BODY_LIMIT {
        return Err(refuse("Body is too long (maximum is 65536 characters)"));
    }
    Ok(text)
}

fn answer(app: &App, status: StatusCode, repository: &Repository, comment: &Comment) -> Response {
    let mut world = app.world();
    answer::json(status, &shapes::comment(&mut world, &app.urls, repository, comment))
}
