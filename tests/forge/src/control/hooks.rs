//! Hooks and deliveries.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;

use super::error::{Answer, ControlError};
use super::{Name, Numbered};
use crate::actions;
use crate::app::App;
use crate::world::{Delivery, DeliveryCounts, Hook, HookEdit, NewHook};

pub(super) async fn list(State(app): State<App>, Path((owner, name)): Name) -> Answer<Vec<Hook>> {
    Ok(Json(actions::hooks(&app, &format!("{owner}/{name}"))?))
}

pub(super) async fn create(
    State(app): State<App>,
    Path((owner, name)): Name,
    Json(new): Json<NewHook>,
) -> Answer<Hook> {
    Ok(Json(actions::create_hook(&app, &format!("{owner}/{name}"), new)?))
}

pub(super) async fn update(
    State(app): State<App>,
    Path((owner, name, id)): Numbered,
    Json(edit): Json<HookEdit>,
) -> Answer<Hook> {
    Ok(Json(actions::edit_hook(&app, &format!("{owner}/{name}"), id, edit)?))
}

pub(super) async fn delete(
    State(app): State<App>,
    Path((owner, name, id)): Numbered,
) -> Result<StatusCode, ControlError> {
    actions::delete_hook(&app, &format!("{owner}/{name}"), id)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn ping(
    State(app): State<App>,
    Path((owner, name, id)): Numbered,
) -> Result<StatusCode, ControlError> {
    actions::ping_hook(&app, &format!("{owner}/{name}"), id)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn deliveries(
    State(app): State<App>,
    Path((owner, name)): Name,
) -> Answer<Vec<Delivery>> {
    Ok(Json(actions::deliveries(&app, &format!("{owner}/{name}"))?))
}

pub(super) async fn redeliver(
    State(app): State<App>,
    Path((owner, name, id)): Numbered,
) -> Answer<Delivery> {
    Ok(Json(actions::redeliver(&app, &format!("{owner}/{name}"), id)?))
}

pub(super) async fn counts(State(app): State<App>) -> Json<DeliveryCounts> {
    Json(app.world().deliveries.counts())
}
