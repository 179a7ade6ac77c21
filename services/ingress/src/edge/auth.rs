//! The door of a REST route: a bearer token that proves a role.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::header,
    middleware::Next,
    response::Response,
};
use pullwright_proto::error::ErrorReason;
use pullwright_rpc::Context;

use super::{error::ApiError, query, role::Role};
use crate::App;

/// What a route needs to know at its door.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) app: Arc<App>,
    pub(crate) needs: Role,
    /// The query parameters that the call takes.
    pub(crate) queries: Arc<[&'static str]>,
}

/// Lets a call in when its token proves a role that may make it, and carries the person's name along.
pub(crate) async fn admit(
    State(door): State<Door>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let person =
        bearer(&request).and_then(|token| door.app.tokens.person(token)).ok_or_else(|| {
            ApiError::new(
                ErrorReason::Unauthenticated,
                "send `Authorization: Bearer <token>` with a token that is in force",
            )
        })?;
    if !person.role.may(door.needs) {
        let text =
            format!("this needs the role {}, and {} is {}", door.needs, person.name, person.role);
        return Err(ApiError::new(ErrorReason::PermissionDenied, text));
    }
    query::require_known(request.uri(), &door.queries)?;
    tracing::Span::current().record("actor", &person.name);
    let context =
        Context { request_id: Context::request_id(), actor: person.name.clone(), role: None };
    Ok(context.scope(next.run(request)).await)
}

fn bearer(request: &Request) -> Option<&str> {
    let mut values = request.headers().get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
