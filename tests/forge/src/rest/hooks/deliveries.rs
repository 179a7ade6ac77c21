//! The delivery log of a repository's hook.

use axum::extract::{Path, Query as QueryOf, State};
use axum::response::Response;

use super::super::caller::Caller;
use super::super::deliveries;
use super::super::error::ApiError;
use super::super::page::Query;
use super::{Id, find};
use crate::app::App;
use crate::world::Permission;

type Delivery = Path<(String, String, u64, u64)>;

/// Lists the deliveries of a hook.
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Path((owner, name, hook)): Id,
    QueryOf(query): QueryOf<Query>,
) -> Result<Response, ApiError> {
    let (repository, hook) = find(&app, &caller, (&owner, &name), hook, Permission::Read)?;
    let api = app.urls.repository_api(&repository.full_name);
    deliveries::list(&app, &hook, &format!("{api}/hooks/{}/deliveries", hook.id), &query)
}

/// Answers one delivery.
pub(super) async fn get(
    State(app): State<App>,
    caller: Caller,
    Path((owner, name, hook, delivery)): Delivery,
) -> Result<Response, ApiError> {
    let (_, hook) = find(&app, &caller, (&owner, &name), hook, Permission::Read)?;
    deliveries::get(&app, &hook, delivery)
}

/// Sends a delivery again.
pub(super) async fn redeliver(
    State(app): State<App>,
    caller: Caller,
    Path((owner, name, hook, delivery)): Delivery,
) -> Result<Response, ApiError> {
    let (_, hook) = find(&app, &caller, (&owner, &name), hook, Permission::Write)?;
    deliveries::redeliver(&app, &hook, delivery)
}
