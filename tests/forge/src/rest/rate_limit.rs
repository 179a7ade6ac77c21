//! `GET /rate_limit`, which costs nothing.

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde_json::{Value, json};

use super::answer;
use super::rate::{Holder, Rate, Resource};
use crate::app::App;

/// Answers how the limits of the caller stand.
pub(super) async fn get(State(app): State<App>, Extension(holder): Extension<Holder>) -> Response {
    let now = app.now();
    let shape = |rate: Rate| -> Value {
        json!({ "limit": rate.limit, "used": rate.used, "remaining": rate.remaining, "reset": rate.reset })
    };
    let core = shape(app.rates.look(Resource::Core, holder, now));
    let graphql = shape(app.rates.look(Resource::Graphql, holder, now));
    // The forge has no search.
    let search = json!({ "limit": 30, "used": 0, "remaining": 30, "reset": core["reset"] });
    let resources = json!({ "core": core, "graphql": graphql, "search": search });
    answer::json(StatusCode::OK, &json!({ "resources": resources, "rate": core }))
}
