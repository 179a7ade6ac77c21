//! Error answers of the control API: `{"error": {"code", "message"}}`.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;

use crate::error::ForgeError;

/// A failed call of the control API.
pub(super) struct ControlError(ForgeError);

/// Answer of a call of the control API.
pub(super) type Answer<T> = Result<Json<T>, ControlError>;

impl From<ForgeError> for ControlError {
    fn from(error: ForgeError) -> Self {
        Self(error)
    }
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        let (status, code) = match &self.0 {
            ForgeError::NotFound { .. } => (StatusCode::NOT_FOUND, "NOT_FOUND"),
            ForgeError::AlreadyExists { .. } => (StatusCode::CONFLICT, "ALREADY_EXISTS"),
            ForgeError::Invalid { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "INVALID"),
            ForgeError::Conflict(_) => (StatusCode::CONFLICT, "CONFLICT"),
            ForgeError::Git(_) | ForgeError::Io { .. } | ForgeError::Http(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL")
            }
        };
        (status, Json(json!({ "error": { "code": code, "message": self.0.chain() } })))
            .into_response()
    }
}
