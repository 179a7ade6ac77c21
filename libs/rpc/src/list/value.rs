//! Values that fields are compared with and rows are ordered by.

use jiff::Timestamp;
use uuid::Uuid;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A UUID in hyphenated form.
    Id,
    /// A point in time (RFC 3339), between the years 1 and 9999, of whole microseconds.
    Time,
    /// Yes or no.
    Bool,
    /// A whole number of 64 bits.
    Number,
}

/// A value of one of the [`Kind`]s.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// A text without NUL, which PostgreSQL does not store.
    Text(String),
    /// One of the list's words.
    Word(&'static str),
    /// An id.
    Id(Uuid),
    /// A point in time, of whole microseconds.
    Time(Timestamp),
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Number(i64),
}

const TRUE: [&str; 6] = ["true", "1", "yes", "on", "t", "y"];
const FALSE: [&str; 6] = ["false", "0", "no", "off", "f", "n"];
const HYPHENATED: usize = 36;
const MICROSECOND: i128 = 1_000;

impl Kind {
    /// Reads a value; the error is the rule that it does not hold, and reads on from the field's name.
    ///
    /// # Errors
    /// The text is no value of this kind.
    pub fn read(self, text: &str) -> Result<Value, String> {
        let unlike = |rule: &str| Err(rule.to_owned());
        match self {
            Self::Text if text.contains('\0') => unlike("must not contain NUL"),
            Self::Text => Ok(Value::Text(text.to_owned())),
            Self::Word(words) => match words.iter().find(|word| **word == text) {
                Some(word) => Ok(Value::Word(word)),
                None => Err(format!("must be one of {}", quoted(words))),
            },
            Self::Id => match Uuid::try_parse(text) {
                Ok(id) if text.len() == HYPHENATED => Ok(Value::Id(id)),
                _ => unlike("must be a UUID in hyphenated form"),
            },
            Self::Time => match time(text) {
                Some(time) => Ok(Value::Time(time)),
                None => unlike("must be a point in time such as 2026-01-31T12:00:00Z"),
            },
            Self::Bool => {
                let text = text.to_ascii_lowercase();
                match (TRUE.contains(&text.as_str()), FALSE.contains(&text.as_str())) {
                    (true, _) => Ok(Value::Bool(true)),
                    (_, true) => Ok(Value::Bool(false)),
                    _ => {
                        unlike("must be `true` or `false` (or 1, 0, yes, no, on, off, t, f, y, n)")
                    }
                }
            }
            Self::Number => match text.parse() {
                Ok(number) => Ok(Value::Number(number)),
                Err(_) => unlike("must be a whole number"),
            },
        }
    }
}

/// Reads a point in time, a fraction of a microsecond rounded up: nothing earlier is at or after it.
fn time(text: &str) -> Option<Timestamp> {
    let earliest: Timestamp = "0001-01-01T00:00:00Z".parse().ok()?;
    let given: Timestamp = text.parse().ok()?;
    let nanoseconds = given.as_nanosecond();
    let whole =
        nanoseconds.div_euclid(MICROSECOND) + i128::from(nanoseconds.rem_euclid(MICROSECOND) > 0);
    let rounded = Timestamp::from_nanosecond(whole * MICROSECOND).ok()?;
    (rounded >= earliest).then_some(rounded)
}

impl Value {
    /// The value as it is written in a page token: ISO 8601 with microseconds for a time, plain for others.
    #[must_use]
    pub(super) fn json(&self) -> serde_json::Value {
        match self {
            Self::Text(text) => text.as_str().into(),
            Self::Word(word) => (*word).into(),
            Self::Id(id) => id.to_string().into(),
            Self::Time(time) => time.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string().into(),
            Self::Bool(truth) => truth.to_string().into(),
            Self::Number(number) => number.to_string().into(),
        }
    }
}

/// Names of a list, each between backticks.
pub(super) fn quoted<'a>(names: impl IntoIterator<Item = &'a &'a str>) -> String {
    let names: Vec<_> = names.into_iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
