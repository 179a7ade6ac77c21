//! `GET /repos/{owner}/{repo}/pulls/{number}/files`.

use axum::extract::{Path, Query as QueryOf, State};
use axum::response::Response;

use super::super::caller::Caller;
use super::super::error::ApiError;
use super::super::page::{Query, page};
use super::super::shapes;
use super::Number;
use crate::actions;
use crate::app::App;
use crate::error::ForgeError;

/// Lists the files that a pull request changes, with their hunks.
pub(crate) async fn files(
    State(app): State<App>,
    caller: Caller,
    Path((owner, name, number)): Number,
    QueryOf(query): QueryOf<Query>,
) -> Result<Response, ApiError> {
    let repository = caller.read_pulls(&app, &owner, &name)?;
    let pull = actions::pull(&app, &repository.full_name, number).await?;
    let directory = app.directory(repository.id);
    let files = app
        .git
        .changed_files(&directory, &pull.base_sha, &pull.head_sha)
        .await
        .map_err(ForgeError::from)?;
    let items =
        files.iter().map(|file| shapes::file(&app.urls, &repository, &pull, file)).collect();
    let base = format!("{}/pulls/{number}/files", app.urls.repository_api(&repository.full_name));
    Ok(page(&base, &query, items))
}
