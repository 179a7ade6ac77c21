//! The REST surface: one table of calls, a folder per resource, a file per call.
//!
//! A call reads what was given, asks one core (two for a config repository's newest merge) and shows the answer. Rules are the
//! cores'; the document at `/openapi.json` is made of the same table.

mod clusters;
mod config_repos;
mod deliveries;
mod development;
mod given;
mod locks;
mod proposals;
mod query_templates;
mod repositories;
mod route;
pub(crate) mod shape;
mod studies;
mod table;

use std::sync::Arc;

use axum::{Router, extract::State};
use serde_json::Value;

use crate::{App, cores::Core, edge::error::ApiError, openapi};
use given::{Asked, Collection};
pub(crate) use proposals::Watchers;
pub use route::Call;
pub(crate) use route::{Route, open};
use shape::{Counted, OffContract};

/// Every call, with those that only a development environment has when `development` is set.
#[must_use]
pub fn calls(development: bool) -> Vec<Call> {
    routes(development).map(|route| route.call).collect()
}

/// The OpenAPI document of the calls that [`calls`] names.
#[must_use]
pub fn document(development: bool) -> Value {
    let routes: Vec<Route> = routes(development).collect();
    openapi::assemble(routes.iter().map(Route::operation))
}

fn routes(development: bool) -> impl Iterator<Item = Route> {
    table::routes(development).into_iter().chain(crate::serve::open_routes())
}

/// The table as a router, each call behind its door.
pub(crate) fn router(app: &Arc<App>) -> Router<Arc<App>> {
    let routes = table::routes(app.development);
    routes.into_iter().fold(Router::new(), |router, route| route.add_to(router, app))
}

/// Lists whatever a core keeps.
async fn list<L: Collection>(
    State(app): State<Arc<App>>,
    asked: Asked<L>,
) -> Result<Counted<L::Row>, ApiError> {
    L::page(&app.cores, asked).await
}

/// Shows what a core answered; an answer without it is the core's fault.
fn shown<M, T: TryFrom<M, Error = OffContract>>(
    core: Core,
    message: Option<M>,
) -> Result<T, ApiError> {
    let message = message.ok_or_else(|| ApiError::off_contract(core, "resource"))?;
    T::try_from(message).map_err(|error| ApiError::off_contract(core, error.0))
}

/// Shows all that a core listed.
fn all_shown<M, T: TryFrom<M, Error = OffContract>>(
    core: Core,
    messages: Vec<M>,
) -> Result<Vec<T>, ApiError> {
    messages.into_iter().map(|message| shown(core, Some(message))).collect()
}
