//! The REST surface: one table of calls, a folder per resource, a file per call.
//!
//! A call reads what was given, asks one core (two for a config repository's newest merge) and shows the answer.

mod clusters;
mod config_repos;
mod given;
mod proposals;
mod query_templates;
mod shape;
mod studies;

use std::sync::Arc;

use axum::{
    Router,
    handler::Handler,
    http::Method,
    middleware,
    routing::{MethodFilter, MethodRouter, on},
};

use crate::{
    App, Role,
    cores::Core,
    edge::{
        auth::{self, Door},
        error::ApiError,
    },
};
use shape::OffContract;

/// One call of the REST surface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// The path, with `{id}` where an id stands.
    pub path: &'static str,
    /// The least role that may make it.
    pub role: Role,
}

/// Every call of the REST surface.
#[must_use]
pub fn calls() -> Vec<Call> {
    table().into_iter().map(|route| route.call).collect()
}

struct Route {
    call: Call,
    handler: MethodRouter<Arc<App>>,
}

fn table() -> Vec<Route> {
    vec![
        look("/api/v1/proposals", proposals::list),
        act("/api/v1/proposals", proposals::create),
        look("/api/v1/proposals/{id}", proposals::get),
        act("/api/v1/proposals/{id}/reject", proposals::reject),
        act("/api/v1/proposals/{id}/open_pr", proposals::open_pr),
        look("/api/v1/proposals/{id}/events", proposals::events),
        look("/api/v1/config-repos", config_repos::list),
        act("/api/v1/config-repos", config_repos::create),
        look("/api/v1/config-repos/{id}", config_repos::get),
        look("/api/v1/clusters", clusters::list),
        act("/api/v1/clusters", clusters::create),
        look("/api/v1/clusters/{id}", clusters::get),
        look("/api/v1/query-templates", query_templates::list),
        act("/api/v1/query-templates", query_templates::create),
        look("/api/v1/query-templates/{id}", query_templates::get),
        act("/api/v1/studies", studies::create),
        look("/api/v1/studies/{id}", studies::get),
        look("/api/v1/studies/{id}/digest", studies::get_digest),
        write("/api/v1/studies/{id}/digest", studies::put_digest),
    ]
}

/// A `GET`, for everybody who may look.
fn look<T: 'static>(path: &'static str, handler: impl Handler<T, Arc<App>>) -> Route {
    route(Method::GET, MethodFilter::GET, path, Role::Viewer, handler)
}

/// A `POST`, for operators.
fn act<T: 'static>(path: &'static str, handler: impl Handler<T, Arc<App>>) -> Route {
    route(Method::POST, MethodFilter::POST, path, Role::Operator, handler)
}

/// A `PUT`, for operators.
fn write<T: 'static>(path: &'static str, handler: impl Handler<T, Arc<App>>) -> Route {
    route(Method::PUT, MethodFilter::PUT, path, Role::Operator, handler)
}

fn route<T: 'static>(
    method: Method,
    filter: MethodFilter,
    path: &'static str,
    role: Role,
    handler: impl Handler<T, Arc<App>>,
) -> Route {
    Route { call: Call { method, path, role }, handler: on(filter, handler) }
}

/// The table as a router, each call behind its door.
pub(crate) fn router(app: &Arc<App>) -> Router<Arc<App>> {
    table().into_iter().fold(Router::new(), |router, route| {
        let door = Door { app: app.clone(), needs: route.call.role };
        let handler = route.handler.route_layer(middleware::from_fn_with_state(door, auth::admit));
        router.route(route.call.path, handler)
    })
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
