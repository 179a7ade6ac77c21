//! JSON values that keep their spelling: shown again as they were given.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::{OffContract, Result};

/// A JSON text as a value of our answer.
pub(super) fn value(field: &'static str, text: String) -> Result<Box<RawValue>> {
    RawValue::from_string(text).map_err(|_| OffContract(field))
}

/// JSON texts by name as an object of our answer.
pub(super) fn object(
    field: &'static str,
    texts: BTreeMap<String, String>,
) -> Result<BTreeMap<String, Box<RawValue>>> {
    texts.into_iter().map(|(key, text)| Ok((key, value(field, text)?))).collect()
}
