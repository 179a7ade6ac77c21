//! Reading hooks.

use axum::extract::{Path, Query as QueryOf, State};
use axum::response::Response;
use http::StatusCode;

use super::super::caller::Caller;
use super::super::error::ApiError;
use super::super::page::{Query, page};
use super::super::{answer, shapes};
use super::{Id, find};
use crate::app::App;
use crate::world::Permission;

/// Lists the hooks of a repository.
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Path((owner, name)): Path<(String, String)>,
    QueryOf(query): QueryOf<Query>,
) -> Result<Response, ApiError> {
    let repository = caller.hooks(&app, &owner, &name, Permission::Read)?;
    let hooks = repository.hooks.values();
    let items = hooks.map(|hook| shapes::hook(&app.urls, &repository.full_name, hook)).collect();
    let base = format!("{}/hooks", app.urls.repository_api(&repository.full_name));
    Ok(page(&base, &query, items))
}

/// Answers one hook.
pub(super) async fn get(
    State(app): State<App>,
    caller: Caller,
    Path((owner, name, hook)): Id,
) -> Result<Response, ApiError> {
    let (repository, hook) = find(&app, &caller, (&owner, &name), hook, Permission::Read)?;
    let shape = shapes::hook(&app.urls, &repository.full_name, &hook);
    Ok(answer::json(StatusCode::OK, &shape))
}
