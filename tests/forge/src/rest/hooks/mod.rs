//! `/repos/{owner}/{repo}/hooks`.

mod change;
mod config;
mod deliveries;
mod input;
mod read;

use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};

use super::caller::Caller;
use super::error::ApiError;
use crate::app::App;
use crate::world::{Hook, Permission, Repository};
pub(super) use input::ConfigInput;

/// Owner, name and hook from a path.
type Id = Path<(String, String, u64)>;

/// Makes the router of the hooks of a repository.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/", get(read::list).post(change::create))
        .route("/{hook}", get(read::get).patch(change::update).delete(change::delete))
        .route("/{hook}/config", get(config::get).patch(config::update))
        .route("/{hook}/pings", post(change::ping))
        .route("/{hook}/tests", post(change::test))
        .route("/{hook}/deliveries", get(deliveries::list))
        .route("/{hook}/deliveries/{delivery}", get(deliveries::get))
        .route("/{hook}/deliveries/{delivery}/attempts", post(deliveries::redeliver))
}

/// Finds a hook that the caller may see or change.
fn find(
    app: &App,
    caller: &Caller,
    (owner, name): (&str, &str),
    hook: u64,
    access: Permission,
) -> Result<(Repository, Hook), ApiError> {
    let repository = caller.hooks(app, owner, name, access)?;
    let hook = repository.hooks.get(&hook).cloned().ok_or_else(ApiError::not_found)?;
    Ok((repository, hook))
}
