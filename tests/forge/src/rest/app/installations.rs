//! `/app/installations`: where an App is installed, and the tokens with which it acts there.

use axum::extract::{Path, Query as QueryOf, State};
use axum::response::Response;
use http::StatusCode;
use jiff::SignedDuration;
use serde_json::json;
use uuid::Uuid;

use super::super::caller::AppCaller;
use super::super::error::ApiError;
use super::super::page::{Query, page};
use super::super::{answer, shapes};
use super::find;
use crate::app::App;
use crate::world::{Grant, NewToken, Permission, TokenKind};

/// How long a token of an installation works.
const LIFE: SignedDuration = SignedDuration::from_hours(1);

/// Lists where the App is installed.
pub(super) async fn list(
    State(app): State<App>,
    AppCaller(id): AppCaller,
    QueryOf(query): QueryOf<Query>,
) -> Result<Response, ApiError> {
    let of = find(&app, id)?;
    let mut world = app.world();
    let items = of
        .installations
        .values()
        .map(|installation| shapes::installation(&mut world, &app.urls, &of, installation))
        .collect();
    Ok(page(&format!("{}/app/installations", app.urls.api()), &query, items))
}

/// Answers one place where the App is installed.
pub(super) async fn get(
    State(app): State<App>,
    AppCaller(id): AppCaller,
    Path(installation): Path<u64>,
) -> Result<Response, ApiError> {
    let of = find(&app, id)?;
    let installation = of.installations.get(&installation).ok_or_else(ApiError::not_found)?;
    let shape = shapes::installation(&mut app.world(), &app.urls, &of, installation);
    Ok(answer::json(StatusCode::OK, &shape))
}

/// Makes a token for everything that the installation sees; narrower ones are not made here.
pub(super) async fn token(
    State(app): State<App>,
    AppCaller(id): AppCaller,
    Path(installation): Path<u64>,
) -> Result<Response, ApiError> {
    let of = find(&app, id)?;
    let installation = of.installations.get(&installation).ok_or_else(ApiError::not_found)?;
    let token = format!("gh{}_{}", "s", Uuid::new_v4().simple());
    let expires_at = app.now().checked_add(LIFE).unwrap_or(jiff::Timestamp::MAX);
    let grant =
        |pattern: &String| Grant { repository: pattern.clone(), permission: Permission::Write };
    app.world().tokens.add(&NewToken {
        login: format!("{}[bot]", of.slug),
        token: token.clone(),
        grants: installation.repositories.iter().map(grant).collect(),
        kind: TokenKind::FineGrained,
        expires_at: Some(expires_at),
    });
    let all = installation.repositories.iter().any(|pattern| pattern.ends_with('*'));
    let body = json!({
        "token": token,
        "expires_at": expires_at,
        "permissions": shapes::permissions(),
        "repository_selection": if all { "all" } else { "selected" },
    });
    Ok(answer::json(StatusCode::CREATED, &body))
}
