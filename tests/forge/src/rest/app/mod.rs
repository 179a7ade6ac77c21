//! `/app`: what a GitHub App asks for itself, with a web token of its own.

mod hook;
mod installations;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;

use super::caller::AppCaller;
use super::error::ApiError;
use super::{answer, shapes};
use crate::app::App;
use crate::world::{GithubApp, Hook};

/// Makes the router of everything under `/app`.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/", get(itself))
        .route("/hook/config", get(hook::config).patch(hook::update))
        .route("/hook/deliveries", get(hook::list))
        .route("/hook/deliveries/{delivery}", get(hook::delivery))
        .route("/hook/deliveries/{delivery}/attempts", post(hook::redeliver))
        .route("/installations", get(installations::list))
        .route("/installations/{installation}", get(installations::get))
        .route("/installations/{installation}/access_tokens", post(installations::token))
}

async fn itself(State(app): State<App>, AppCaller(id): AppCaller) -> Result<Response, ApiError> {
    let found = find(&app, id)?;
    let mut world = app.world();
    Ok(answer::json(StatusCode::OK, &shapes::github_app(&mut world, &app.urls, &found)))
}

fn find(app: &App, id: u64) -> Result<GithubApp, ApiError> {
    app.world().apps.get(&id).cloned().ok_or_else(ApiError::not_found)
}

fn hook_of(app: &App, id: u64) -> Result<Hook, ApiError> {
    find(app, id)?.hook.ok_or_else(ApiError::not_found)
}
