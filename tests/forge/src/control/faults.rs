//! The fault list.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::error::Answer;
use crate::app::App;
use crate::world::{Fault, FaultRecord};

/// Id of a fault that was added.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Added {
    pub(crate) id: u64,
}

pub(super) async fn add(State(app): State<App>, Json(fault): Json<Fault>) -> Answer<Added> {
    Ok(Json(Added { id: app.faults.add(fault)? }))
}

pub(super) async fn list(State(app): State<App>) -> Json<Vec<FaultRecord>> {
    Json(app.faults.list())
}

pub(super) async fn clear(State(app): State<App>) -> StatusCode {
    app.faults.clear();
    StatusCode::NO_CONTENT
}
