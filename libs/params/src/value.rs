//! A caller's value: JSON text that is checked once, at the door, and kept as it was spelled. It does not know which
//! parameter it is for.

use std::collections::HashSet;
use std::fmt;

use crate::json::{Document, Kind, NodeId, SyntaxError, WHITE_SPACE};

/// How many bytes a value may have, white space around it not counted: 64 KiB.
pub const MAX_VALUE_BYTES: usize = 64 * 1024;

/// How many bytes one number may have: the largest finite double needs 309 digits, so no useful number is longer.
pub const MAX_NUMBER_BYTES: usize = 400;

/// One JSON value as its caller spelled it, without the white space around it.
///
/// Its objects have no key twice, its numbers are finite as doubles, its strings hold no lone surrogate, and it is at most
/// [`MAX_DEPTH`](crate::MAX_DEPTH) deep.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct JsonText(String);

/// Why a text is not taken as a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// The text is not one JSON value.
    #[error("the value is not JSON: {0}")]
    Malformed(SyntaxError),
    /// The text is longer than [`MAX_VALUE_BYTES`].
    #[error("the value has {bytes} bytes, at most {limit} are taken")]
    TooLong {
        /// Length of the trimmed text.
        bytes: usize,
        /// The limit that holds.
        limit: usize,
    },
    /// A number is longer than [`MAX_NUMBER_BYTES`].
    #[error("a number of the value has {bytes} characters, at most {MAX_NUMBER_BYTES} are taken")]
    NumberTooLong {
        /// Length of the number.
        bytes: usize,
    },
    /// A number lies beyond the finite doubles.
    #[error("the number {number} is out of range")]
    NumberOutOfRange {
        /// The number as spelled.
        number: String,
    },
    /// An object of the value has a key twice, compared after unescaping.
    #[error("the key '{}' stands twice in one object of the value", .key.escape_debug())]
    DuplicateKey {
        /// The key, unescaped.
        key: String,
    },
}

impl JsonText {
    /// Takes a caller's text as a value, spelling kept.
    ///
    /// Errors name the first rule that does not hold; a byte order mark is no part of a value.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let text = text.trim_matches(WHITE_SPACE);
        checked(text, MAX_VALUE_BYTES)?;
        Ok(Self(text.to_owned()))
    }

    /// The text as spelled.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text as spelled, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for JsonText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads `text` and holds the rules for callers' values against it.
pub(crate) fn checked(text: &str, limit: usize) -> Result<Document<'_>, ValueError> {
    if text.len() > limit {
        return Err(ValueError::TooLong { bytes: text.len(), limit });
    }
    let document = Document::parse(text).map_err(ValueError::Malformed)?;
    for id in document.ids() {
        match document.node(id).kind {
            Kind::Number => check_number(document.token(id))?,
            Kind::Object => check_keys(&document, id)?,
            _ => {}
        }
    }
    Ok(document)
}

fn check_number(token: &str) -> Result<(), ValueError> {
    if token.len() > MAX_NUMBER_BYTES {
        return Err(ValueError::NumberTooLong { bytes: token.len() });
    }
    match token.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(()),
        _ => Err(ValueError::NumberOutOfRange { number: token.to_owned() }),
    }
}

fn check_keys(document: &Document<'_>, object: NodeId) -> Result<(), ValueError> {
    let mut seen = HashSet::new();
    for member in document.children(object) {
        let key = document.key(member);
        if seen.contains(&key) {
            return Err(ValueError::DuplicateKey { key: key.into_owned() });
        }
        seen.insert(key);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(" 1e-05\n", "1e-05")]
    #[case("123456789012345678901234567890", "123456789012345678901234567890")]
    #[case("{ \"a\" :\t1.50 }", "{ \"a\" :\t1.50 }")]
    #[case("\"\\u0061\"", "\"\\u0061\"")]
    #[case("1e-400", "1e-400")]
    fn a_value_keeps_its_spelling(#[case] given: &str, #[case] kept: &str) {
        assert_eq!(JsonText::parse(given).unwrap().as_str(), kept);
    }

    #[rstest]
    #[case("[1e400]", "the number 1e400 is out of range")]
    #[case("{\"a\":1,\"\\u0061\":2}", "the key 'a' stands twice in one object of the value")]
    #[case(
        "{\"x\":[{\"b\\n\":1,\"b\\n\":2}]}",
        "the key 'b\\n' stands twice in one object of the value"
    )]
    #[case(
        "\u{feff}1",
        "the value is not JSON: line 1, column 1: expected a value, found '\\u{feff}'"
    )]
    #[case(
        "",
        "the value is not JSON: line 1, column 1: expected a value, found the end of the text"
    )]
    fn a_value_that_breaks_a_rule_is_refused(#[case] given: &str, #[case] message: &str) {
        assert_eq!(JsonText::parse(given).expect_err("refused").to_string(), message);
    }

    #[test]
    fn the_same_key_in_two_objects_is_no_duplicate() {
        assert!(JsonText::parse("[{\"a\":1},{\"a\":{\"a\":1}}]").is_ok());
    }

    #[test]
    fn a_number_may_have_400_bytes_and_no_more() {
        let number = |length: usize| format!("0.{}", "1".repeat(length - 2));
        assert!(JsonText::parse(&number(400)).is_ok());
        assert_eq!(JsonText::parse(&number(401)), Err(ValueError::NumberTooLong { bytes: 401 }));
    }

    #[test]
    fn a_value_may_have_64_kib_and_no_more() {
        let string = |length: usize| format!("\n\"{}\" ", "a".repeat(length - 2));
        assert!(JsonText::parse(&string(65_536)).is_ok());
        assert_eq!(
            JsonText::parse(&string(65_537)),
            Err(ValueError::TooLong { bytes: 65_537, limit: 65_536 })
        );
    }
}
