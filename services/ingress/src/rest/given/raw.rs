//! JSON values that keep their spelling: they travel as text.

use serde_json::value::RawValue;

/// The text of a value; an absent one is `null`.
pub(crate) fn or_null(value: Option<&RawValue>) -> String {
    value.map_or("null", RawValue::get).to_owned()
}

/// The text of a value; an absent one is empty.
pub(crate) fn or_empty(value: Option<&RawValue>) -> String {
    value.map_or("", RawValue::get).to_owned()
}
