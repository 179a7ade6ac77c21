//! Making, changing, deleting and pinging hooks.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};

use super::super::answer::{self, Input};
use super::super::caller::Caller;
use super::super::error::ApiError;
use super::super::shapes;
use super::input::{ConfigInput, check_url, events, invalid, no_url};
use super::{Id, find};
use crate::actions::{self, HookRefusal};
use crate::app::App;
use crate::world::{Hook, HookFormat, NewHook, Permission, Repository};

/// Makes a hook and pings it.
pub(super) async fn create(
    State(app): State<App>,
    caller: Caller,
    Path((owner, name)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let repository = caller.hooks(&app, &owner, &name, Permission::Write)?;
    let new = read(&Input::parse(&body)?)?;
    let hook = actions::create_hook_as(&app, &repository.full_name, new).map_err(refusal)?;
    let mut response = shaped(&app, StatusCode::CREATED, &repository, &hook);
    let location = format!("{}/hooks/{}", app.urls.repository_api(&repository.full_name), hook.id);
    if let Ok(location) = HeaderValue::try_from(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

fn read(input: &Input) -> Result<NewHook, ApiError> {
    if input.text("name")?.is_some_and(|name| name != "web") {
        return Err(invalid("'name' must be 'web'"));
    }
    let config = match input.object("config")? {
        Some(config) => ConfigInput::read(&config)?,
        None => ConfigInput::default(),
    };
    let url = config.url.ok_or_else(no_url)?;
    check_url(&url)?;
    Ok(NewHook {
        url,
        secret: config.secret,
        events: events(input, "events")?.unwrap_or_else(|| vec!["push".to_owned()]),
        active: !input.has("active") || input.flag("active")?,
        content_type: config.content_type.unwrap_or(HookFormat::Form),
        insecure_ssl: config.insecure_ssl.unwrap_or_default(),
    })
}

/// Changes a hook; a `config` replaces the whole one, so that a secret that is not in it is gone.
pub(super) async fn update(
    State(app): State<App>,
    caller: Caller,
    Path((owner, name, hook)): Id,
    body: Bytes,
) -> Result<Response, ApiError> {
    let (repository, mut hook) = find(&app, &caller, (&owner, &name), hook, Permission::Write)?;
    let input = Input::parse(&body)?;
    if let Some(config) = input.object("config")? {
        let config = ConfigInput::read(&config)?;
        hook.url = config.url.ok_or_else(no_url)?;
        check_url(&hook.url)?;
        hook.secret = config.secret;
        hook.content_type = config.content_type.unwrap_or(HookFormat::Form);
        hook.insecure_ssl = config.insecure_ssl.unwrap_or_default();
    }
    if let Some(events) = events(&input, "events")? {
        hook.events = events;
    }
    for event in events(&input, "add_events")?.unwrap_or_default() {
        if !hook.events.contains(&event) {
            hook.events.push(event);
        }
    }
    let removed = events(&input, "remove_events")?.unwrap_or_default();
    hook.events.retain(|event| !removed.contains(event));
    if input.has("active") {
        hook.active = input.flag("active")?;
    }
    let hook = actions::replace_hook(&app, &repository.full_name, hook).map_err(refusal)?;
    Ok(shaped(&app, StatusCode::OK, &repository, &hook))
}

/// Deletes a hook.
pub(super) async fn delete(
    State(app): State<App>,
    caller: Caller,
    Path((owner, name, hook)): Id,
) -> Result<Response, ApiError> {
    let (repository, hook) = find(&app, &caller, (&owner, &name), hook, Permission::Write)?;
    actions::delete_hook(&app, &repository.full_name, hook.id)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Pings a hook.
pub(super) async fn ping(
    State(app): State<App>,
    caller: Caller,
    Path((owner, name, hook)): Id,
) -> Result<Response, ApiError> {
    let (repository, hook) = find(&app, &caller, (&owner, &name), hook, Permission::Read)?;
    actions::ping_hook(&app, &repository.full_name, hook.id)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Would send the last push again to a hook that wants pushes; the forge has no push events.
pub(super) async fn test(
    State(app): State<App>,
    caller: Caller,
    Path((owner, name, hook)): Id,
) -> Result<Response, ApiError> {
    find(&app, &caller, (&owner, &name), hook, Permission::Read)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn shaped(app: &App, status: StatusCode, repository: &Repository, hook: &Hook) -> Response {
    answer::json(status, &shapes::hook(&app.urls, &repository.full_name, hook))
}

/// Turns a refusal into GitHub's answer.
pub(super) fn refusal(refusal: HookRefusal) -> ApiError {
    match refusal {
        HookRefusal::Failed(error) => error.into(),
        other => invalid(other.to_string()),
    }
}
