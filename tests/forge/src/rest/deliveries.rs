//! The delivery log of a hook, whoever the hook belongs to: newest first, paged by a cursor.

use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::error::ApiError;
use super::page::Query;
use super::{answer, shapes};
use crate::actions;
use crate::app::App;
use crate::world::{Delivery, Hook};

/// Answers one page of a hook's log; `base` is the address of the log.
pub(super) fn list(
    app: &App,
    hook: &Hook,
    base: &str,
    query: &Query,
) -> Result<Response, ApiError> {
    let size = query.get("per_page").and_then(|size| size.parse().ok()).filter(|size| *size > 0);
    let size: usize = size.unwrap_or(30).min(100);
    let wanted = match query.get("status").map(String::as_str) {
        None => |_: &Delivery| true,
        Some("success") => |one: &Delivery| (200..400).contains(&one.status_code),
        Some("failure") => |one: &Delivery| (400..600).contains(&one.status_code),
        Some(other) => return Err(ApiError::wrong_type("status", &json!(other), "status")),
    };
    let since = oldest_shown(app);
    let world = app.world();
    let from = match query.get("cursor") {
        None => None,
        Some(cursor) => {
            let id = cursor.strip_prefix("v1_").and_then(|id| id.parse().ok());
            let first = id.and_then(|id| world.deliveries.get(id));
            let refused = || ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "Invalid cursor");
            let first = first.filter(|first| first.hook_id == hook.id).ok_or_else(refused)?;
            Some((first.delivered_at, first.id))
        }
    };
    let mut found = world.deliveries.newest(hook.id, from, since).filter(|one| wanted(one));
    let shown: Vec<Value> = found.by_ref().take(size).map(shapes::delivery_item).collect();
    let next = found.next().map(|delivery| delivery.id);
    let mut response = answer::json(StatusCode::OK, &Value::Array(shown));
    if let Some(next) = next {
        let status = query.get("status").map(|status| format!("&status={status}"));
        let status = status.unwrap_or_default();
        let link = format!("<{base}?per_page={size}&cursor=v1_{next}{status}>; rel=\"next\"");
        if let Ok(link) = HeaderValue::try_from(link) {
            response.headers_mut().insert(header::LINK, link);
        }
    }
    Ok(response)
}

/// Answers one delivery with what was sent and what came back.
pub(super) fn get(app: &App, hook: &Hook, id: u64) -> Result<Response, ApiError> {
    let since = oldest_shown(app);
    let world = app.world();
    let found = world.deliveries.shown(hook.id, id, since).ok_or_else(ApiError::not_found)?;
    Ok(answer::json(StatusCode::OK, &shapes::delivery(found)))
}

/// Sends a delivery again.
pub(super) fn redeliver(app: &App, hook: &Hook, id: u64) -> Result<Response, ApiError> {
    if app.world().deliveries.shown(hook.id, id, oldest_shown(app)).is_none() {
        return Err(ApiError::not_found());
    }
    actions::redeliver_of(app, hook, id)?;
    Ok(answer::json(StatusCode::ACCEPTED, &json!({})))
}

fn oldest_shown(app: &App) -> Timestamp {
    let kept = SignedDuration::try_from(app.delivery_retention).unwrap_or(SignedDuration::MAX);
    app.now().checked_sub(kept).unwrap_or(Timestamp::MIN)
}
