//! What deliveries suffer: `?hook=<id>` for one hook, the whole forge without it.

use axum::Json;
use axum::extract::{Query, State};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::world::{DeliveryPolicy, PolicyRecord};

/// Which hook is meant.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Of {
    hook: Option<u64>,
}

pub(super) async fn get(State(app): State<App>, Query(of): Query<Of>) -> Json<PolicyRecord> {
    Json(app.webhooks.policies.record(of.hook))
}

pub(super) async fn set(
    State(app): State<App>,
    Query(of): Query<Of>,
    Json(policy): Json<DeliveryPolicy>,
) -> StatusCode {
    app.webhooks.policies.set(of.hook, policy);
    StatusCode::NO_CONTENT
}

pub(super) async fn clear(State(app): State<App>) -> StatusCode {
    app.webhooks.policies.clear();
    StatusCode::NO_CONTENT
}
