//! Making and listing repositories.

use axum::Json;
use axum::extract::{Path, State};

use super::Name;
use super::error::Answer;
use crate::actions;
use crate::app::App;
use crate::world::{NewRepository, Repository};

pub(super) async fn create(
    State(app): State<App>,
    Json(new): Json<NewRepository>,
) -> Answer<Repository> {
    Ok(Json(actions::create_repository(&app, new).await?))
}

pub(super) async fn list(State(app): State<App>) -> Json<Vec<Repository>> {
    Json(app.world().repositories().cloned().collect())
}

pub(super) async fn get(State(app): State<App>, Path((owner, name)): Name) -> Answer<Repository> {
    Ok(Json(app.find(&format!("{owner}/{name}"))?))
}
