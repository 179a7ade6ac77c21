//! Tokens.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::world::NewToken;

/// A token to be forgotten; in the body, for a URL may be logged.
#[derive(Serialize, Deserialize)]
pub(crate) struct Revocation {
    pub(crate) token: String,
}

/// Whether a token was known.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Revoked {
    pub(crate) revoked: bool,
}

pub(super) async fn add(State(app): State<App>, Json(new): Json<NewToken>) -> StatusCode {
    app.world().tokens.add(&new);
    StatusCode::NO_CONTENT
}

pub(super) async fn revoke(State(app): State<App>, Json(token): Json<Revocation>) -> Json<Revoked> {
    Json(Revoked { revoked: app.world().tokens.revoke(&token.token) })
}
