//! `GET /repos/{owner}/{repo}/pulls`.

use std::sync::Arc;

use axum::extract::{Path, Query as QueryOf, State};
use axum::response::Response;

use super::super::caller::Caller;
use super::super::error::ApiError;
use super::super::page::{Query, page};
use super::super::shapes;
use crate::actions;
use crate::app::App;
use crate::world::{Pull, Repository};

/// Lists pull requests, the newest first unless asked otherwise.
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Path((owner, name)): Path<(String, String)>,
    QueryOf(query): QueryOf<Query>,
) -> Result<Response, ApiError> {
    let repository = caller.read_pulls(&app, &owner, &name)?;
    actions::refresh(&app, repository.id, actions::DEFAULT_ACTOR).await?;
    let repository = app.find(&repository.full_name)?;
    let mut pulls: Vec<&Arc<Pull>> =
        repository.pulls.values().filter(|pull| wanted(&repository, pull, &query)).collect();
    let by_update = query.get("sort").is_some_and(|sort| sort == "updated");
    pulls.sort_by_key(|pull| (by_update.then_some(pull.updated_at), pull.number));
    if query.get("direction").is_none_or(|direction| direction != "asc") {
        pulls.reverse();
    }
    let base = format!("{}/pulls", app.urls.repository_api(&repository.full_name));
    let mut world = app.world();
    let items =
        pulls.into_iter().map(|pull| shapes::pull(&mut world, &app.urls, &repository, pull));
    Ok(page(&base, &query, items.collect()))
}

fn wanted(repository: &Repository, pull: &Pull, query: &Query) -> bool {
    let state = match query.get("state").map(String::as_str) {
        Some("closed") => !pull.is_open(),
        Some("all") => true,
        _ => pull.is_open(),
    };
    // GitHub silently ignores a head that is not of the form owner:branch.
    let head =
        query.get("head").and_then(|head| head.split_once(':')).is_none_or(|(owner, branch)| {
            owner.eq_ignore_ascii_case(&repository.owner) && branch == pull.head_ref
        });
    let base =
        query.get("base").filter(|base| !base.is_empty()).is_none_or(|base| *base == pull.base_ref);
    state && head && base
}
