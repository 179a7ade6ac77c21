//! `PUT /repos/{owner}/{repo}/pulls/{number}/merge`.

use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;
use serde_json::json;

use super::super::answer::{self, Input};
use super::super::caller::Caller;
use super::super::error::ApiError;
use super::Number;
use crate::actions::{self, MergeRefusal};
use crate::app::App;
use crate::world::{MergeMethod, MergeRequest};

const PAGE: &str = "/pulls/pulls#merge-a-pull-request";

/// Merges a pull request.
pub(crate) async fn merge(
    State(app): State<App>,
    caller: Caller,
    Path((owner, name, number)): Number,
    body: Bytes,
) -> Result<Response, ApiError> {
    let (repository, login) = caller.write(&app, &owner, &name)?;
    let request = read(&body, login).map_err(|error| error.page(PAGE))?;
    let pull =
        actions::merge(&app, &repository.full_name, number, &request).await.map_err(refusal)?;
    let body = json!({ "sha": pull.merge_commit_sha, "merged": true, "message": "Pull Request successfully merged" });
    Ok(answer::json(StatusCode::OK, &body))
}

fn read(body: &[u8], login: String) -> Result<MergeRequest, ApiError> {
    let input = Input::parse(body)?;
    let method = match input.text("merge_method")?.as_deref() {
        None | Some("merge") => MergeMethod::Merge,
        Some("squash") => MergeMethod::Squash,
        Some("rebase") => {
            let message = "Rebase merges are not allowed on this repository.";
            return Err(ApiError::new(StatusCode::METHOD_NOT_ALLOWED, message));
        }
        Some(other) => {
            return Err(ApiError::wrong_type("merge_method", &json!(other), "merge method"));
        }
    };
    Ok(MergeRequest {
        method,
        sha: input.text("sha")?,
        title: input.text("commit_title")?,
        message: input.text("commit_message")?,
        actor: Some(login),
    })
}

fn refusal(refusal: MergeRefusal) -> ApiError {
    let status = match refusal {
        MergeRefusal::Failed(error) => return error.into(),
        MergeRefusal::NotMergeable => StatusCode::METHOD_NOT_ALLOWED,
        MergeRefusal::HeadModified => StatusCode::CONFLICT,
    };
    ApiError::new(status, refusal.to_string()).page(PAGE)
}
