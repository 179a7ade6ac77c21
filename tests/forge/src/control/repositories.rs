//! Making, listing, renaming and deleting repositories.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::Name;
use super::error::{Answer, ControlError};
use crate::actions;
use crate::app::App;
use crate::world::{NewRepository, Repository};

/// A repository's new name.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Rename {
    /// `name` or `owner/name`.
    pub(crate) to: String,
}

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

pub(super) async fn rename(
    State(app): State<App>,
    Path((owner, name)): Name,
    Json(Rename { to }): Json<Rename>,
) -> Answer<Repository> {
    Ok(Json(actions::rename_repository(&app, &format!("{owner}/{name}"), &to).await?))
}

pub(super) async fn delete(
    State(app): State<App>,
    Path((owner, name)): Name,
) -> Result<StatusCode, ControlError> {
    actions::delete_repository(&app, &format!("{owner}/{name}")).await?;
    Ok(StatusCode::NO_CONTENT)
}
