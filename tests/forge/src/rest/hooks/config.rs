//! `/repos/{owner}/{repo}/hooks/{hook_id}/config`: members that are not given stay as they are.

use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;

use super::super::answer::{self, Input};
use super::super::caller::Caller;
use super::super::error::ApiError;
use super::super::shapes;
use super::change::refusal;
use super::input::{ConfigInput, check_url};
use super::{Id, find};
use crate::actions;
use crate::app::App;
use crate::world::Permission;

/// Answers where and how a hook sends.
pub(super) async fn get(
    State(app): State<App>,
    caller: Caller,
    Path((owner, name, hook)): Id,
) -> Result<Response, ApiError> {
    let (_, hook) = find(&app, &caller, (&owner, &name), hook, Permission::Read)?;
    Ok(answer::json(StatusCode::OK, &shapes::hook_config(&hook)))
}

/// Changes where and how a hook sends.
pub(super) async fn update(
    State(app): State<App>,
    caller: Caller,
    Path((owner, name, hook)): Id,
    body: Bytes,
) -> Result<Response, ApiError> {
    let (repository, mut hook) = find(&app, &caller, (&owner, &name), hook, Permission::Write)?;
    let config = ConfigInput::read(&Input::parse(&body)?)?;
    if let Some(url) = config.url {
        check_url(&url)?;
        hook.url = url;
    }
    hook.secret = config.secret.or(hook.secret);
    hook.content_type = config.content_type.unwrap_or(hook.content_type);
    hook.insecure_ssl = config.insecure_ssl.unwrap_or(hook.insecure_ssl);
    let hook = actions::replace_hook(&app, &repository.full_name, hook).map_err(refusal)?;
    Ok(answer::json(StatusCode::OK, &shapes::hook_config(&hook)))
}
