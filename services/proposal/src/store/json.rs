//! JSON texts by name, kept in one `text` column as one object, so that every value keeps its spelling.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::error::{Error, Result};

/// Writes values, each a JSON text already, as one object text.
pub(super) fn object(values: &BTreeMap<String, String>) -> String {
    let members: Vec<_> = values
        .iter()
        .map(|(key, value)| format!("{}:{value}", serde_json::Value::from(key.as_str())))
        .collect();
    format!("{{{}}}", members.join(","))
}

/// Reads what [`object`] wrote.
pub(super) fn members(column: &'static str, text: &str) -> Result<BTreeMap<String, String>> {
    let members: BTreeMap<String, Box<RawValue>> =
        serde_json::from_str(text).map_err(|_| Error::unreadable(column, text))?;
    Ok(members.into_iter().map(|(key, value)| (key, value.get().to_owned())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_as_they_were_spelled() {
        let values =
            [("a\"b", "1.50"), ("c", r#"{"d" : 1e-05}"#), ("e", "123456789012345678901234567890")]
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .into();
        assert_eq!(members("x", &object(&values)).expect("readable"), values);
    }
}
