//! `PATCH /repos/{owner}/{repo}/pulls/{number}`.

use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;
use serde_json::json;

use super::super::answer::Input;
use super::super::caller::Caller;
use super::super::error::ApiError;
use super::{Number, check_texts, clearable, full};
use crate::actions::{self, PullEdit, UpdateRefusal};
use crate::app::App;
use crate::world::PullState;

const PAGE: &str = "/pulls/pulls#update-a-pull-request";

/// Changes title, text, state or base.
pub(crate) async fn update(
    State(app): State<App>,
    caller: Caller,
    Path((owner, name, number)): Number,
    body: Bytes,
) -> Result<Response, ApiError> {
    let (repository, login) = caller.write_pulls(&app, &owner, &name)?;
    let edit = read(&body).map_err(|error| error.page(PAGE))?;
    let pull =
        actions::edit(&app, &repository.full_name, number, edit, &login).await.map_err(refusal)?;
    full(&app, StatusCode::OK, &repository, &pull, None).await
}

fn read(body: &[u8]) -> Result<PullEdit, ApiError> {
    let input = Input::parse(body)?;
    let invalid = |resource: &str, code: &str, field: &str| {
        ApiError::validation(vec![json!({ "resource": resource, "code": code, "field": field })])
    };
    let state = match input.text("state")?.as_deref() {
        None => None,
        Some("open") => Some(PullState::Open),
        Some("closed") => Some(PullState::Closed),
        Some(_) => return Err(invalid("PullRequest", "invalid", "state")),
    };
    let title = input.text("title")?;
    if title.as_ref().is_some_and(|title| title.trim().is_empty()) {
        return Err(invalid("PullRequest", "missing_field", "title"));
    }
    let body = clearable(&input, "body")?;
    check_texts(title.as_deref(), body.as_ref().and_then(|body| body.as_deref()))?;
    Ok(PullEdit { title, body, state, base: input.text("base")? })
}

fn refusal(refusal: UpdateRefusal) -> ApiError {
    let (field, code) = match refusal {
        UpdateRefusal::Failed(error) => return error.into(),
        UpdateRefusal::Reopen(_) => ("state", "custom"),
        UpdateRefusal::BaseMissing(_) | UpdateRefusal::BaseOfClosed => ("base", "invalid"),
    };
    let message = refusal.to_string();
    let error =
        json!({ "resource": "PullRequest", "code": code, "field": field, "message": message });
    ApiError::validation(vec![error]).page(PAGE)
}
