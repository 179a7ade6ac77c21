//! `/repos/{owner}/{repo}/branches/{branch}`; a branch name may hold slashes.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;

use super::caller::Caller;
use super::error::ApiError;
use super::{answer, shapes};
use crate::actions;
use crate::app::App;

/// Answers a branch with the commit at its tip.
pub(super) async fn get(
    State(app): State<App>,
    caller: Caller,
    Path((owner, name, branch)): Path<(String, String, String)>,
) -> Result<Response, ApiError> {
    let repository = caller.read(&app, &owner, &name)?;
    if actions::branch_tip(&app, &repository.full_name, &branch)?.is_none() {
        return Err(ApiError::new(StatusCode::NOT_FOUND, "Branch not found")
            .page("/branches/branches#get-a-branch"));
    }
    let commits = actions::log(&app, &repository.full_name, &branch, 1).await?;
    let commit = commits.first().ok_or_else(ApiError::not_found)?;
    Ok(answer::json(StatusCode::OK, &shapes::branch(&app.urls, &repository, &branch, commit)))
}
