//! The JSON answers and bodies of REST.

use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Map, Value};

use super::error::ApiError;

/// Answers with JSON in GitHub's content type.
pub(super) fn json(status: StatusCode, body: &Value) -> Response {
    let mut response = (status, body.to_string()).into_response();
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

/// A JSON object that was sent, read member by member.
pub(super) struct Input(Map<String, Value>);

impl Input {
    /// Reads a body; an empty one is an empty object.
    pub(super) fn parse(body: &[u8]) -> Result<Self, ApiError> {
        if body.is_empty() {
            return Ok(Self(Map::new()));
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            Ok(_) => Err(ApiError::new(StatusCode::BAD_REQUEST, "Body should be a JSON object")),
            Err(_) => Err(ApiError::new(StatusCode::BAD_REQUEST, "Problems parsing JSON")),
        }
    }

    /// Returns a text; null and absence are the same.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, ApiError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(other) => Err(ApiError::wrong_type(name, other, "string")),
        }
    }

    /// Returns a truth value; null and absence are false.
    pub(super) fn flag(&self, name: &str) -> Result<bool, ApiError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(other) => Err(ApiError::wrong_type(name, other, "boolean")),
        }
    }

    /// Returns an object that is inside; null and absence are the same.
    pub(super) fn object(&self, name: &str) -> Result<Option<Self>, ApiError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(members)) => Ok(Some(Self(members.clone()))),
            Some(other) => Err(ApiError::wrong_type(name, other, "object")),
        }
    }

    /// Returns a list of texts; null and absence are the same.
    pub(super) fn texts(&self, name: &str) -> Result<Option<Vec<String>>, ApiError> {
        let given = match self.0.get(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(given) => given,
        };
        let wrong = || ApiError::wrong_type(name, given, "array of strings");
        let items = given.as_array().ok_or_else(wrong)?;
        let texts: Option<Vec<String>> =
            items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
        texts.map(Some).ok_or_else(wrong)
    }

    /// Returns a member as it is.
    pub(super) fn raw(&self, name: &str) -> &Value {
        self.0.get(name).unwrap_or(&Value::Null)
    }

    /// Says whether a member is there, null included.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }
}
