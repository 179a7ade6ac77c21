//! Pull requests and their comments.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::error::{Answer, ControlError};
use super::{Name, Numbered};
use crate::actions::{self, DEFAULT_ACTOR};
use crate::app::App;
use crate::forge::{conflict_merge, conflict_open, set_state};
use crate::world::{
    Comment, MergeRequest, NewPull, NewPulls, Pull, PullChanges, PullChangesReport, PullState,
};

/// A comment to be written.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct NewComment {
    pub(crate) body: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) actor: Option<String>,
}

pub(super) async fn list(State(app): State<App>, Path((owner, name)): Name) -> Answer<Vec<Pull>> {
    Ok(Json(actions::pulls(&app, &format!("{owner}/{name}"))?))
}

pub(super) async fn open(
    State(app): State<App>,
    Path((owner, name)): Name,
    Json(new): Json<NewPull>,
) -> Answer<Pull> {
    Ok(Json(
        actions::open_pull(&app, &format!("{owner}/{name}"), &new).await.map_err(conflict_open)?,
    ))
}

pub(super) async fn open_many(
    State(app): State<App>,
    Path((owner, name)): Name,
    Json(new): Json<NewPulls>,
) -> Answer<Vec<Pull>> {
    Ok(Json(actions::create_pulls(&app, &format!("{owner}/{name}"), &new).await?))
}

pub(super) async fn change_many(
    State(app): State<App>,
    Json(changes): Json<PullChanges>,
) -> Answer<PullChangesReport> {
    Ok(Json(actions::change_pulls(&app, &changes).await?))
}

pub(super) async fn delete(
    State(app): State<App>,
    Path((owner, name, number)): Numbered,
) -> Result<StatusCode, ControlError> {
    actions::delete_pull(&app, &format!("{owner}/{name}"), number).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn get(
    State(app): State<App>,
    Path((owner, name, number)): Numbered,
) -> Answer<Pull> {
    Ok(Json(actions::pull(&app, &format!("{owner}/{name}"), number).await?))
}

pub(super) async fn diff(
    State(app): State<App>,
    Path((owner, name, number)): Numbered,
) -> Result<String, ControlError> {
    Ok(actions::pull_diff(&app, &format!("{owner}/{name}"), number).await?)
}

pub(super) async fn merge(
    State(app): State<App>,
    Path((owner, name, number)): Numbered,
    how: Option<Json<MergeRequest>>,
) -> Answer<Pull> {
    let how = how.map(|Json(how)| how).unwrap_or_default();
    let merged = actions::merge(&app, &format!("{owner}/{name}"), number, &how).await;
    Ok(Json(merged.map_err(conflict_merge)?))
}

pub(super) async fn close(
    State(app): State<App>,
    Path((owner, name, number)): Numbered,
) -> Answer<Pull> {
    Ok(Json(set_state(&app, &format!("{owner}/{name}"), number, PullState::Closed).await?))
}

pub(super) async fn reopen(
    State(app): State<App>,
    Path((owner, name, number)): Numbered,
) -> Answer<Pull> {
    Ok(Json(set_state(&app, &format!("{owner}/{name}"), number, PullState::Open).await?))
}

pub(super) async fn comments(
    State(app): State<App>,
    Path((owner, name, number)): Numbered,
) -> Answer<Vec<Comment>> {
    Ok(Json(actions::comments(&app, &format!("{owner}/{name}"), number)?))
}

pub(super) async fn comment(
    State(app): State<App>,
    Path((owner, name, number)): Numbered,
    Json(new): Json<NewComment>,
) -> Answer<Comment> {
    let actor = new.actor.as_deref().unwrap_or(DEFAULT_ACTOR);
    Ok(Json(actions::write_comment(&app, &format!("{owner}/{name}"), number, &new.body, actor)?))
}
