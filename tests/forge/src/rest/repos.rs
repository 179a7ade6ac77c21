//! `/repos/{owner}/{repo}`.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;

use super::caller::Caller;
use super::error::ApiError;
use super::{answer, shapes};
use crate::app::App;

/// Answers a repository with what the caller may do with it.
pub(super) async fn get(
    State(app): State<App>,
    caller: Caller,
    Path((owner, name)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let repository = caller.read(&app, &owner, &name)?;
    let writes = caller.write(&app, &owner, &name).is_ok();
    let mut world = app.world();
    Ok(answer::json(
        StatusCode::OK,
        &shapes::repository_full(&mut world, &app.urls, &repository, writes),
    ))
}
