//! GitHub's REST, as an Enterprise Server places it under `/api/v3`: one file per resource, and `shapes` that make
//! the JSON. It changes nothing by itself; `actions` do.

mod answer;
mod app;
mod branches;
mod caller;
mod comments;
mod deliveries;
mod error;
mod etag;
mod graphql;
mod guard;
mod hooks;
mod meta;
mod moved;
mod numbered;
mod page;
mod pulls;
mod rate;
mod rate_limit;
mod refs;
mod repos;
pub(crate) mod shapes;

use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use axum::{Router, middleware};

use crate::app::App;
pub(crate) use graphql::answer as graphql;
pub(crate) use guard::basic_password;
pub(crate) use meta::get as meta_page;
pub(crate) use numbered::resolve as resolve_number;
pub(crate) use rate::RateWindows;

/// GitHub takes no JSON body near this size; it only keeps a mistake from filling the memory.
const BODY_LIMIT: usize = 25 * 1024 * 1024;

/// Makes the router of everything under `/api/v3`.
pub(crate) fn router(app: &App) -> Router<App> {
    let repository = Router::new()
        .route("/", get(repos::get))
        .route("/branches/{*branch}", get(branches::get))
        .route("/git/ref/{*name}", get(refs::get))
        .route("/git/matching-refs/{*name}", get(refs::matching))
        .route("/git/refs/{*name}", axum::routing::delete(refs::delete))
        .route("/pulls", get(pulls::list).post(pulls::create))
        .route("/pulls/{number}", get(pulls::get).patch(pulls::update))
        .route("/pulls/{number}/merge", axum::routing::put(pulls::merge))
        .route("/pulls/{number}/files", get(pulls::files))
        .route("/issues/{number}/comments", get(comments::list).post(comments::create))
        .route(
            "/issues/comments/{id}",
            get(comments::get).patch(comments::update).delete(comments::delete),
        )
        .nest("/hooks", hooks::router())
        .layer(middleware::from_fn_with_state(app.clone(), moved::follow));
    Router::new()
        .route("/meta", get(meta::get))
        .route("/rate_limit", get(rate_limit::get))
        .nest("/app", app::router())
        .nest("/repos/{owner}/{repo}", repository)
        .fallback(error::unknown)
        .method_not_allowed_fallback(error::unknown)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn_with_state(app.clone(), guard::guard))
}
