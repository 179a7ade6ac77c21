//! Ids on the wire: UUIDs in hyphenated form.

use uuid::Uuid;

use crate::{
    domain::Violations,
    error::{Error, Result},
};

const RULE: &str = "must be a UUID in hyphenated form";
const LENGTH: usize = 36;

/// Reads an id.
///
/// # Errors
/// The text is not one.
pub fn parse(field: &str, text: &str) -> Result<Uuid> {
    read(text).ok_or_else(|| Error::invalid(field, RULE))
}

/// Reads an id among other fields; nil when it is not one.
pub fn gather(field: impl Into<String>, text: &str, violations: &mut Violations) -> Uuid {
    read(text).unwrap_or_else(|| {
        violations.add(field, RULE);
        Uuid::nil()
    })
}

/// Reads an id that may be empty.
pub fn gather_optional(
    field: impl Into<String>,
    text: &str,
    violations: &mut Violations,
) -> Option<Uuid> {
    (!text.is_empty()).then(|| gather(field, text, violations))
}

/// Writes an id that may be absent: empty then.
#[must_use]
pub fn text(id: Option<Uuid>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

fn read(text: &str) -> Option<Uuid> {
    (text.len() == LENGTH).then(|| Uuid::try_parse(text).ok())?
}
