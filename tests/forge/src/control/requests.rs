//! What was received so far.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use http::StatusCode;

use crate::app::App;
use crate::world::{RequestRecord, StatusCounters};

pub(super) async fn list(State(app): State<App>) -> Json<Vec<RequestRecord>> {
    Json(app.log().records())
}

pub(super) async fn clear(State(app): State<App>) -> StatusCode {
    app.log().clear();
    StatusCode::NO_CONTENT
}

pub(super) async fn counters(State(app): State<App>) -> Json<BTreeMap<String, u64>> {
    Json(app.log().counters())
}

pub(super) async fn statuses(State(app): State<App>) -> Json<StatusCounters> {
    Json(app.log().statuses())
}
