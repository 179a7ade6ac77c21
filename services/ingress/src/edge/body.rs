//! Bodies, read as they come and no further than their limit.

use std::time::Duration;

use axum::{
    body::Body,
    http::{HeaderMap, StatusCode, header},
};
use http_body_util::BodyExt as _;
use pullwright_proto::error::ErrorReason;

use super::error::ApiError;

/// How long a whole body may take.
const TIME_LIMIT: Duration = Duration::from_secs(20);

/// Reads at most `limit` bytes; a body that announces more is refused before any of it is read.
pub(crate) async fn read(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
) -> Result<Vec<u8>, ApiError> {
    let announced = announced(headers);
    if announced.is_some_and(|length| length > limit as u64) {
        return Err(too_large(limit));
    }
    tokio::time::timeout(TIME_LIMIT, collect(body, announced, limit)).await.unwrap_or_else(|_| {
        let text = format!("the body did not come within {} s", TIME_LIMIT.as_secs());
        Err(ApiError::http(StatusCode::REQUEST_TIMEOUT, text))
    })
}

async fn collect(
    mut body: Body,
    announced: Option<u64>,
    limit: usize,
) -> Result<Vec<u8>, ApiError> {
    // Room that is not written to costs nothing, and growing would double it for a moment.
    let room = announced.and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
    let mut bytes = Vec::with_capacity(room.min(limit));
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            tracing::info!(%error, "a body ended early");
            ApiError::http(StatusCode::BAD_REQUEST, "the body ended early")
        })?;
        let Ok(data) = frame.into_data() else { continue };
        if bytes.len() + data.len() > limit {
            return Err(too_large(limit));
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes)
}

/// The media type that the headers name, without its parameters; none when there is no such header or more than one.
pub(crate) fn media_type(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    value.to_str().ok()?.split(';').next().map(str::trim)
}

fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large(limit: usize) -> ApiError {
    let text = format!("the body is larger than {} MiB", limit / (1024 * 1024));
    ApiError::new(ErrorReason::PayloadTooLarge, text)
}
