//! `GET /meta`, as little of it as a client needs to see that it talks to an Enterprise Server.

use axum::response::Response;
use http::StatusCode;
use serde_json::json;

use super::answer;

/// Answers what the server is.
pub(crate) async fn get() -> Response {
    let body =
        json!({ "verifiable_password_authentication": false, "installed_version": "3.19.0" });
    answer::json(StatusCode::OK, &body)
}
