//! How single resources are answered: the status, and the etag where the resource has one.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::openapi::{Output, Sketch};

/// A resource, shown with this status.
#[derive(Debug)]
pub(crate) struct One<T, const STATUS: u16 = 200>(pub(crate) T);

/// A resource that changes, shown with its etag.
#[derive(Debug)]
pub(crate) struct Tagged<T, const STATUS: u16 = 200>(pub(crate) T);

/// A resource that is versioned.
pub(crate) trait Versioned {
    /// Its etag; changes with every update.
    fn etag(&self) -> &str;
}

/// Done, and nothing is left to show.
#[derive(Debug)]
pub(crate) struct Gone;

impl<T: Serialize, const STATUS: u16> IntoResponse for One<T, STATUS> {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(STATUS).unwrap_or(StatusCode::OK);
        (status, Json(self.0)).into_response()
    }
}

impl<T: ToSchema, const STATUS: u16> Output for One<T, STATUS> {
    fn describe(sketch: &mut Sketch) {
        sketch.answers::<T>(STATUS, describe(STATUS), &[]);
    }
}

impl<T: Serialize + Versioned, const STATUS: u16> IntoResponse for Tagged<T, STATUS> {
    fn into_response(self) -> Response {
        let etag = HeaderValue::from_str(self.0.etag()).ok().filter(|etag| !etag.is_empty());
        let mut response = One::<T, STATUS>(self.0).into_response();
        if let Some(etag) = etag {
            response.headers_mut().insert(header::ETAG, etag);
        }
        response
    }
}

impl<T: ToSchema, const STATUS: u16> Output for Tagged<T, STATUS> {
    fn describe(sketch: &mut Sketch) {
        sketch.answers::<T>(STATUS, describe(STATUS), &[("ETag", "ETag")]);
    }
}

impl IntoResponse for Gone {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

impl Output for Gone {
    fn describe(sketch: &mut Sketch) {
        sketch.answers_nothing(204, "It is gone.");
    }
}

const fn describe(status: u16) -> &'static str {
    match status {
        201 => "It is recorded.",
        202 => "It is on its way.",
        _ => "As it is now.",
    }
}
