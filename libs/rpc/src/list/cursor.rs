//! Page tokens: URL-safe base64 without padding of the JSON `[value, id]` of the last row.

use base64::{
    Engine as _,
    alphabet::URL_SAFE,
    engine::{
        DecodePaddingMode,
        general_purpose::{GeneralPurpose, GeneralPurposeConfig},
    },
};

use super::{Key, Kind, Schema, Sort, Value};
use crate::Violation;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Longest token, in bytes: a name of 256 characters, all of them escaped, still fits.
const LONGEST: usize = 8 * 1024;

/// A row's place in an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// What the row is ordered by; none when it lacks that, and in an order by id.
    pub value: Option<Value>,
    /// The row's id.
    pub id: Value,
}

impl Cursor {
    /// A row's place.
    #[must_use]
    pub fn new(value: Option<Value>, id: Value) -> Self {
        Self { value, id }
    }

    /// The token of the page that begins after this row.
    #[must_use]
    pub fn token(&self) -> String {
        let value = self.value.as_ref().map_or(serde_json::Value::Null, Value::json);
        let pair = serde_json::Value::Array(vec![value, self.id.json()]);
        BASE64.encode(pair.to_string())
    }
}

/// Reads a page token; empty is the first page.
pub(super) fn read(schema: &Schema, sort: &Sort, token: &str) -> Result<Option<Cursor>, Violation> {
    if token.is_empty() {
        return Ok(None);
    }
    parse(schema.id, sort, token).map(Some).map_err(|problem| {
        let rule = format!(
            "invalid cursor: {problem}; send the one that the page before gave, with the same order"
        );
        Violation::new("page_token", rule)
    })
}

fn parse(id: Kind, sort: &Sort, token: &str) -> Result<Cursor, String> {
    if token.len() > LONGEST {
        return Err("it is too long".to_owned());
    }
    let bytes = BASE64.decode(token).map_err(|_| "it is not URL-safe base64")?;
    let (value, row): (serde_json::Value, serde_json::Value) = serde_json::from_slice(&bytes)
        .map_err(|_| "it does not hold a JSON array of a value and an id")?;
    let value = match (value, sort.key) {
        (serde_json::Value::Null, Key::Id | Key::Value { is_nullable: true, .. }) => None,
        (serde_json::Value::String(text), Key::Value { kind, .. }) => {
            Some(kind.read(&text).map_err(|rule| format!("its value {rule}"))?)
        }
        _ => return Err(format!("its value is none of `{}`", sort.name)),
    };
    let serde_json::Value::String(row) = row else {
        return Err("its id must be a string".to_owned());
    };
    let id = id.read(&row).map_err(|rule| format!("its id {rule}"))?;
    Ok(Cursor { value, id })
}
