//! What nobody asked for: routes and methods that there are not. The text of the first is RelyLoop's (§16).

use axum::http::StatusCode;
use pullwright_proto::error::ErrorReason;

use super::error::ApiError;

pub(crate) async fn not_found() -> ApiError {
    ApiError::new(ErrorReason::ResourceNotFound, "Not found")
}

/// The header `Allow`, which the router adds, names the methods.
pub(crate) async fn method_not_allowed() -> ApiError {
    ApiError::http(
        StatusCode::METHOD_NOT_ALLOWED,
        "this route does not take this method; the header Allow names those that it takes",
    )
}
