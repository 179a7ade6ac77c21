//! Reading answers: what is needed is taken, what is odd elsewhere does not matter.

use jiff::Timestamp;
use serde_json::Value;

use crate::{FieldError, GithubError};

/// A text; absent, null and other types are `None`.
pub(crate) fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key)?.as_str().map(str::to_owned)
}

/// A whole number.
pub(crate) fn number(value: &Value, key: &str) -> Option<i64> {
    value.get(key)?.as_i64()
}

/// A truth; anything but `true` is `false`.
pub(crate) fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or(false)
}

/// A time.
pub(crate) fn time(value: &Value, key: &str) -> Option<Timestamp> {
    value.get(key)?.as_str()?.parse().ok()
}

/// The error about a part that must be there.
pub(crate) fn lacks(what: &str) -> GithubError {
    GithubError::Malformed { problem: format!("it has no usable {what}") }
}

/// The entries of a list.
pub(crate) fn list(value: Value) -> Result<Vec<Value>, GithubError> {
    match value {
        Value::Array(entries) => Ok(entries),
        _ => Err(lacks("list")),
    }
}

/// The single errors of a refusal; GitHub also sends bare texts there.
pub(crate) fn field_errors(value: &Value) -> Vec<FieldError> {
    let one = |entry: &Value| FieldError {
        resource: text(entry, "resource").unwrap_or_default(),
        field: text(entry, "field").unwrap_or_default(),
        code: text(entry, "code").unwrap_or_default(),
        message: text(entry, "message")
            .or_else(|| entry.as_str().map(str::to_owned))
            .unwrap_or_default(),
    };
    match value.get("errors") {
        Some(Value::Array(entries)) => entries.iter().map(one).collect(),
        Some(Value::String(message)) => {
            vec![FieldError { message: message.clone(), ..FieldError::default() }]
        }
        _ => Vec::new(),
    }
}
