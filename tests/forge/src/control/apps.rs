//! GitHub Apps and their installations.

use axum::Json;
use axum::extract::{Path, State};

use super::error::Answer;
use crate::actions;
use crate::app::App;
use crate::world::{Delivery, GithubApp, Installation, NewApp, NewInstallation};

pub(super) async fn create(State(app): State<App>, Json(new): Json<NewApp>) -> Answer<GithubApp> {
    Ok(Json(actions::create_app(&app, new)?))
}

pub(super) async fn install(
    State(app): State<App>,
    Path(id): Path<u64>,
    Json(new): Json<NewInstallation>,
) -> Answer<Installation> {
    Ok(Json(actions::install_app(&app, id, new)?))
}

pub(super) async fn deliveries(
    State(app): State<App>,
    Path(id): Path<u64>,
) -> Answer<Vec<Delivery>> {
    Ok(Json(actions::app_deliveries(&app, id)?))
}
