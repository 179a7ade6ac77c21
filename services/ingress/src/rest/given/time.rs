//! Points in time as callers give them: RFC 3339, in bodies and in queries.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::{Value, json};
use utoipa::openapi::{
    KnownFormat, RefOr, Schema, SchemaFormat,
    schema::{ObjectBuilder, SchemaType, Type},
};

/// What a point in time must be.
pub(crate) const FORM: &str = "a point in time such as 2026-01-31T12:00:00Z (RFC 3339)";

/// The same as a regular expression; that the day exists is for its format to say.
const PATTERN: &str = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})$";

/// A point in time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Time(Timestamp);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        instant(&text).map(Self).ok_or_else(|| D::Error::custom(format_args!("expected {FORM}")))
    }
}

impl From<Time> for prost_types::Timestamp {
    fn from(Time(at): Time) -> Self {
        crate::time::wire(at)
    }
}

/// Reads a point in time; none when it is another way of writing one that RFC 3339 does not have.
pub(crate) fn instant(text: &str) -> Option<Timestamp> {
    let (date, rest) = text.split_at_checked(10)?;
    let digits = |range: std::ops::Range<usize>, of: &str| {
        of.as_bytes().get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    let is_date = digits(0..4, date) && digits(5..7, date) && digits(8..10, date);
    let is_time = rest.starts_with(['T', 't']) && digits(1..3, rest) && digits(7..9, rest);
    let zone = rest.get(9..)?.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    let is_zone = matches!(zone, "Z" | "z")
        || (zone.len() == 6 && digits(1..3, zone) && zone.as_bytes()[3] == b':');
    (is_date && is_time && is_zone).then(|| text.parse().ok())?
}

/// The schema of one in a query.
pub(crate) fn schema() -> Value {
    json!({"type": "string", "format": "date-time", "pattern": PATTERN, "examples": ["2026-01-31T12:00:00Z"]})
}

/// The schema of one in a body, where it may be left out.
pub(crate) fn or_null() -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
        .pattern(Some(PATTERN))
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rfc_3339_is_read() {
        for text in
            ["2026-01-31T12:00:00Z", "2026-01-31t12:00:00.123456z", "2026-01-31T12:00:00-07:30"]
        {
            assert!(instant(text).is_some(), "{text}");
        }
        for text in [
            "",
            "2026-01-31",
            "2026-01-31T12:00:00",
            "2026-01-31 12:00:00Z",
            "2026-01-31T12:00Z",
            "2026-01-31T12:00:00+00:00[UTC]",
            "20260131T120000Z",
            "2026-02-30T12:00:00Z",
            "+002026-01-31T12:00:00Z",
            "2026-01-31T12:00:00+01",
            "2026-01-31T12:00:00Zé",
            "éééééééééééé",
        ] {
            assert!(instant(text).is_none(), "{text}");
        }
    }
}
