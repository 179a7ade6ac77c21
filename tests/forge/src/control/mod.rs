//! The control API under `/_control`: the library's methods as HTTP, for other processes. No authentication: it is
//! a loopback tool for tests.

mod apps;
pub(crate) mod branches;
mod error;
pub(crate) mod faults;
mod hooks;
mod policy;
pub(crate) mod pulls;
pub(crate) mod repositories;
mod requests;
pub(crate) mod tokens;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::routing::{delete, get, post};
use http::StatusCode;

use crate::app::App;

/// Owner and name from a path.
type Name = Path<(String, String)>;
/// Owner, name and a number from a path.
type Numbered = Path<(String, String, u64)>;

/// Makes the router of everything under `/_control`.
pub(crate) fn router() -> Router<App> {
    let repository = Router::new()
        .route("/", get(repositories::get).delete(repositories::delete))
        .route("/rename", post(repositories::rename))
        .route("/pulls", get(pulls::list).post(pulls::open))
        .route("/pulls/bulk", post(pulls::open_many))
        .route("/pulls/{number}", get(pulls::get).delete(pulls::delete))
        .route("/pulls/{number}/diff", get(pulls::diff))
        .route("/pulls/{number}/merge", post(pulls::merge))
        .route("/pulls/{number}/close", post(pulls::close))
        .route("/pulls/{number}/reopen", post(pulls::reopen))
        .route("/pulls/{number}/comments", get(pulls::comments).post(pulls::comment))
        .route("/commits", post(branches::push_commit))
        .route("/branches", get(branches::list))
        .route("/branches/{*branch}", get(branches::tip).delete(branches::delete))
        .route("/protection/{*branch}", axum::routing::put(branches::protect))
        .route("/log/{*at}", get(branches::log))
        .route("/file", get(branches::file))
        .route("/hooks", get(hooks::list).post(hooks::create))
        .route("/hooks/{id}", delete(hooks::delete).patch(hooks::update))
        .route("/hooks/{id}/ping", post(hooks::ping))
        .route("/deliveries", get(hooks::deliveries))
        .route("/deliveries/{id}/redeliver", post(hooks::redeliver));
    Router::new()
        .route("/repositories", get(repositories::list).post(repositories::create))
        .nest("/repositories/{owner}/{name}", repository)
        .route("/tokens", post(tokens::add).delete(tokens::revoke))
        .route("/faults", get(faults::list).post(faults::add).delete(faults::clear))
        .route("/pull-changes", post(pulls::change_many))
        .route("/apps", post(apps::create))
        .route("/apps/{id}/installations", post(apps::install))
        .route("/apps/{id}/deliveries", get(apps::deliveries))
        .route("/deliveries/counts", get(hooks::counts))
        .route("/delivery-policy", get(policy::get).put(policy::set).delete(policy::clear))
        .route("/requests", get(requests::list).delete(requests::clear))
        .route("/counters", get(requests::counters))
        .route("/counters/statuses", get(requests::statuses))
        .route("/health", get(health))
        .route("/shutdown", post(shutdown))
        // A first commit may hold a large tree.
        .layer(DefaultBodyLimit::disable())
}

async fn health() -> StatusCode {
    StatusCode::NO_CONTENT
}

async fn shutdown(State(app): State<App>) -> StatusCode {
    let stop = app.stop.clone();
    tokio::spawn(async move {
        // The answer leaves first.
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        stop.cancel();
    });
    StatusCode::ACCEPTED
}
