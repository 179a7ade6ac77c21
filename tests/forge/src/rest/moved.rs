//! Calls of a repository by a name that it had before: who may see it is sent to its number, which never changes.

use axum::extract::{OriginalUri, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, Method, StatusCode, header};
use serde_json::json;

use super::answer;
use super::caller::Caller;
use crate::app::App;

const PAGE: &str =
    "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects";

/// Redirects a call of a renamed repository: 301 for GET, and for others 307, which keeps method and body.
pub(super) async fn follow(State(app): State<App>, request: Request, next: Next) -> Response {
    match destination(&app, &request) {
        Some(url) => redirect(request.method(), &url),
        None => next.run(request).await,
    }
}

fn destination(app: &App, request: &Request) -> Option<String> {
    let uri = request.extensions().get::<OriginalUri>().map(|original| &original.0)?;
    let mut parts = uri.path().strip_prefix("/api/v3/repos/")?.splitn(3, '/');
    let (owner, name, rest) = (parts.next()?, parts.next()?, parts.next());
    let moved = app.world().moved(&format!("{owner}/{name}"))?.full_name.clone();
    let (owner, name) = moved.split_once('/')?;
    let caller = request.extensions().get::<Caller>()?;
    let repository = caller.read(app, owner, name).ok()?;
    let rest = rest.map(|rest| format!("/{rest}")).unwrap_or_default();
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("{}/repositories/{}{rest}{query}", app.urls.api(), repository.id))
}

fn redirect(method: &Method, url: &str) -> Response {
    let status = match *method {
        Method::GET | Method::HEAD => StatusCode::MOVED_PERMANENTLY,
        _ => StatusCode::TEMPORARY_REDIRECT,
    };
    let body = json!({ "message": "Moved Permanently", "url": url, "documentation_url": PAGE });
    let Ok(location) = HeaderValue::try_from(url) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut response = answer::json(status, &body);
    response.headers_mut().insert(header::LOCATION, location);
    response
}
