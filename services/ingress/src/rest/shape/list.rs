//! Lists: `{data, next_cursor, has_more}`, with the number of all in a header.

use axum::{
    Json,
    http::{HeaderName, HeaderValue},
    response::{IntoResponse, Response},
};
use serde::Serialize;

const TOTAL: HeaderName = HeaderName::from_static("x-total-count");

/// One page.
#[derive(Debug, Serialize)]
pub(crate) struct List<T> {
    pub(crate) data: Vec<T>,
    pub(crate) next_cursor: Option<String>,
    pub(crate) has_more: bool,
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
