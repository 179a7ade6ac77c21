//! Calls of a repository by its number: `/repositories/{id}` and all below are `/repos/{owner}/{repo}` of its name
//! of now. Done before routing, so that every route has both addresses.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::Uri;
use http::uri::PathAndQuery;

use crate::app::App;

/// Puts the name in the place of the number; what is no number of a repository stays and is not found.
pub(crate) async fn resolve(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if let Some(uri) = named(&app, request.uri()) {
        *request.uri_mut() = uri;
    }
    next.run(request).await
}

fn named(app: &App, uri: &Uri) -> Option<Uri> {
    let rest = uri.path().strip_prefix("/api/v3/repositories/")?;
    let (id, below) = match rest.find('/') {
        Some(slash) => rest.split_at(slash),
        None => (rest, ""),
    };
    let world = app.world();
    let full_name = &world.repository(id.parse().ok()?)?.full_name;
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let path = format!("/api/v3/repos/{full_name}{below}{query}");
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(path).ok()?);
    Uri::from_parts(parts).ok()
}
