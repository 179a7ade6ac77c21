//! `/repos/{owner}/{repo}/git/ref`, `/git/matching-refs` and `DELETE /git/refs`.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde_json::Value;

use super::caller::Caller;
use super::error::ApiError;
use super::{answer, shapes};
use crate::actions;
use crate::app::App;
use crate::error::ForgeError;
use crate::git::{read_ref, read_refs};

type Name = Path<(String, String, String)>;

/// Answers one ref, named without `refs/`.
pub(super) async fn get(
    State(app): State<App>,
    caller: Caller,
    Path((owner, name, reference)): Name,
) -> Result<Response, ApiError> {
    let repository = caller.read(&app, &owner, &name)?;
    let full = full(&reference);
    let oid =
        read_ref(&app.directory(repository.id), &full).map_err(ForgeError::io("read a ref"))?;
    let oid = oid.ok_or_else(|| ApiError::not_found().page("/git/refs#get-a-reference"))?;
    Ok(answer::json(StatusCode::OK, &shapes::git_ref(&app.urls, &repository, &full, &oid)))
}

/// Answers all refs that begin with a name.
pub(super) async fn matching(
    State(app): State<App>,
    caller: Caller,
    Path((owner, name, prefix)): Name,
) -> Result<Response, ApiError> {
    let repository = caller.read(&app, &owner, &name)?;
    let prefix = full(&prefix);
    let refs = read_refs(&app.directory(repository.id)).map_err(ForgeError::io("read the refs"))?;
    let found = refs.iter().filter(|(name, _)| name.starts_with(&prefix));
    let items =
        found.map(|(name, oid)| shapes::git_ref(&app.urls, &repository, name, oid)).collect();
    Ok(answer::json(StatusCode::OK, &Value::Array(items)))
}

/// Deletes a branch, whatever its tip: REST has no precondition.
pub(super) async fn delete(
    State(app): State<App>,
    caller: Caller,
    Path((owner, name, reference)): Name,
) -> Result<Response, ApiError> {
    let (repository, login) = caller.write(&app, &owner, &name)?;
    let refuse = |message: &str| {
        ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, message)
            .page("/git/refs#delete-a-reference")
    };
    let full = full(&reference);
    let branch =
        full.strip_prefix("refs/heads/").ok_or_else(|| refuse("Reference does not exist"))?;
    if branch == repository.default_branch {
        return Err(refuse("Cannot delete the default branch"));
    }
    if !actions::delete_branch(&app, &repository.full_name, branch, &login).await? {
        return Err(refuse("Reference does not exist"));
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn full(reference: &str) -> String {
    format!("refs/{}", reference.strip_prefix("refs/").unwrap_or(reference))
}
