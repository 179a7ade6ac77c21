//! `/app/hook`: where an App's events go, and what went there.

use axum::extract::{Path, Query as QueryOf, State};
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;

use super::super::answer::{self, Input};
use super::super::caller::AppCaller;
use super::super::error::ApiError;
use super::super::hooks::ConfigInput;
use super::super::page::Query;
use super::super::{deliveries, shapes};
use super::hook_of;
use crate::actions;
use crate::app::App;
use crate::world::HookEdit;

/// Answers where and how the App's hook sends.
pub(super) async fn config(
    State(app): State<App>,
    AppCaller(id): AppCaller,
) -> Result<Response, ApiError> {
    Ok(answer::json(StatusCode::OK, &shapes::hook_config(&hook_of(&app, id)?)))
}

/// Changes it; members that are not given stay as they are.
pub(super) async fn update(
    State(app): State<App>,
    AppCaller(id): AppCaller,
    body: Bytes,
) -> Result<Response, ApiError> {
    let config = ConfigInput::read(&Input::parse(&body)?)?;
    let edit = HookEdit {
        url: config.url,
        secret: config.secret,
        content_type: config.content_type,
        insecure_ssl: config.insecure_ssl,
        ..HookEdit::default()
    };
    let hook = actions::app_hook_config(&app, id, edit)?;
    Ok(answer::json(StatusCode::OK, &shapes::hook_config(&hook)))
}

/// Lists the deliveries of the App's hook.
pub(super) async fn list(
    State(app): State<App>,
    AppCaller(id): AppCaller,
    QueryOf(query): QueryOf<Query>,
) -> Result<Response, ApiError> {
    let base = format!("{}/app/hook/deliveries", app.urls.api());
    deliveries::list(&app, &hook_of(&app, id)?, &base, &query)
}

/// Answers one delivery.
pub(super) async fn delivery(
    State(app): State<App>,
    AppCaller(id): AppCaller,
    Path(delivery): Path<u64>,
) -> Result<Response, ApiError> {
    deliveries::get(&app, &hook_of(&app, id)?, delivery)
}

/// Sends a delivery again.
pub(super) async fn redeliver(
    State(app): State<App>,
    AppCaller(id): AppCaller,
    Path(delivery): Path<u64>,
) -> Result<Response, ApiError> {
    deliveries::redeliver(&app, &hook_of(&app, id)?, delivery)
}
