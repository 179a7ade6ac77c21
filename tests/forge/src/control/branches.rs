//! Branches, commits and files.

use axum::Json;
use axum::extract::{Path, Query, State};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::Name;
use super::error::{Answer, ControlError};
use crate::actions::{self, DEFAULT_ACTOR};
use crate::app::App;
use crate::error::ForgeError;
use crate::world::{Branch, Commit, NewCommit};

/// Id of a commit that was made.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Pushed {
    pub(crate) oid: String,
}

/// Whether a branch was there to be deleted.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Deleted {
    pub(crate) deleted: bool,
}

/// Whether a rule protects a branch.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Protection {
    pub(crate) protected: bool,
}

/// Which file is to be read.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct FileQuery {
    #[serde(rename = "ref")]
    pub(crate) at: String,
    pub(crate) path: String,
}

/// How much of a log is wanted.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct LogQuery {
    #[serde(default = "log_limit")]
    pub(crate) limit: usize,
}

fn log_limit() -> usize {
    50
}

type Reference = Path<(String, String, String)>;

pub(super) async fn push_commit(
    State(app): State<App>,
    Path((owner, name)): Name,
    Json(new): Json<NewCommit>,
) -> Answer<Pushed> {
    Ok(Json(Pushed { oid: actions::push_commit(&app, &format!("{owner}/{name}"), &new).await? }))
}

pub(super) async fn list(State(app): State<App>, Path((owner, name)): Name) -> Answer<Vec<Branch>> {
    Ok(Json(actions::branches(&app, &format!("{owner}/{name}"))?))
}

pub(super) async fn tip(
    State(app): State<App>,
    Path((owner, name, branch)): Reference,
) -> Answer<Option<Branch>> {
    let oid = actions::branch_tip(&app, &format!("{owner}/{name}"), &branch)?;
    Ok(Json(oid.map(|oid| Branch { name: branch, oid })))
}

pub(super) async fn delete(
    State(app): State<App>,
    Path((owner, name, branch)): Reference,
) -> Answer<Deleted> {
    let deleted =
        actions::delete_branch(&app, &format!("{owner}/{name}"), &branch, DEFAULT_ACTOR).await?;
    Ok(Json(Deleted { deleted }))
}

pub(super) async fn protect(
    State(app): State<App>,
    Path((owner, name, branch)): Reference,
    Json(Protection { protected }): Json<Protection>,
) -> Result<StatusCode, ControlError> {
    actions::protect_branch(&app, &format!("{owner}/{name}"), &branch, protected)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn log(
    State(app): State<App>,
    Path((owner, name, at)): Reference,
    Query(query): Query<LogQuery>,
) -> Answer<Vec<Commit>> {
    Ok(Json(actions::log(&app, &format!("{owner}/{name}"), &at, query.limit).await?))
}

pub(super) async fn file(
    State(app): State<App>,
    Path((owner, name)): Name,
    Query(query): Query<FileQuery>,
) -> Result<Vec<u8>, ControlError> {
    let content =
        actions::read_file(&app, &format!("{owner}/{name}"), &query.at, &query.path).await?;
    Ok(content.ok_or(ForgeError::not_found(FILE, query.path))?)
}

/// What a missing file is called, so that a client can tell it from a missing repository.
pub(crate) const FILE: &str = "file";
