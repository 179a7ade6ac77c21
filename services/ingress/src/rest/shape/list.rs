//! Lists: `{data, next_cursor, has_more}`, with the number of all in a header.

use axum::{
    Json,
    http::{HeaderName, HeaderValue},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::openapi::{Output, Sketch};

const TOTAL: HeaderName = HeaderName::from_static("x-total-count");

#[derive(Debug, Serialize)]
struct List<T> {
    data: Vec<T>,
    next_cursor: Option<String>,
    has_more: bool,
}

/// One page of a list whose rows are counted.
#[derive(Debug)]
pub(crate) struct Counted<T> {
    list: List<T>,
    total: i64,
}

impl<T> Counted<T> {
    /// A page as the cores give it.
    pub(crate) fn new(data: Vec<T>, next_page_token: String, has_more: bool, total: i64) -> Self {
        let next_cursor = super::filled(next_page_token);
        Self { list: List { data, next_cursor, has_more }, total }
    }
}

impl<T: Serialize> IntoResponse for Counted<T> {
    fn into_response(self) -> Response {
        let mut response = Json(self.list).into_response();
        response.headers_mut().insert(TOTAL, HeaderValue::from(self.total));
        response
    }
}

impl<T: ToSchema> Output for Counted<T> {
    fn describe(sketch: &mut Sketch) {
        let row = sketch.shown::<T>();
        let schema = json!({
            "type": "object",
            "required": ["data", "next_cursor", "has_more"],
            "additionalProperties": false,
            "properties": {
                "data": {"type": "array", "maxItems": 200, "items": row},
                "next_cursor": {"type": ["string", "null"], "description": "Where the next page begins; null at the end."},
                "has_more": {"type": "boolean", "description": "Whether there are more than this page shows."},
            },
        });
        let total = [("X-Total-Count", "TotalCount")];
        sketch.answers_of(200, "One page.", "application/json", &schema, &total);
    }
}
