//! `GET /repos/{owner}/{repo}/pulls/{number}`.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;

use super::super::caller::Caller;
use super::super::error::ApiError;
use super::{Number, full};
use crate::actions;
use crate::app::App;

/// Answers a pull request with the head that its branch has now.
pub(crate) async fn get(
    State(app): State<App>,
    caller: Caller,
    Path((owner, name, number)): Number,
) -> Result<Response, ApiError> {
    let repository = caller.read_pulls(&app, &owner, &name)?;
    let pull = actions::pull(&app, &repository.full_name, number).await?;
    let mergeable = match pull.is_open() {
        true => Some(actions::is_mergeable(&app, repository.id, &pull).await?),
        false => None,
    };
    full(&app, StatusCode::OK, &repository, &pull, mergeable).await
}
