//! The name of an object. SHA-1 only: GitHub has no other.

use std::{fmt, str::FromStr};

use pullwright_types::Malformed;

/// An object's id: 40 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Oid(String);

impl Oid {
    /// Reads an id; upper case is taken and lowered, an abbreviation is not taken.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        if text.len() == 40 && text.bytes().all(|c| c.is_ascii_hexdigit()) {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(Malformed { rule: "must be an object id of 40 hexadecimal digits" })
        }
    }

    /// Names an object by its 20 raw bytes, as trees do.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 20]) -> Self {
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The 40 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Oid {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        Self::parse(text)
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_id_is_read() {
        let id = "0123456789abcdef0123456789ABCDEF01234567";
        assert_eq!(Oid::parse(id).unwrap().as_str(), id.to_lowercase());
        for text in ["", "0123456", "g123456789abcdef0123456789abcdef01234567", "--upload-pack=x"] {
            assert!(Oid::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn raw_bytes_and_digits_name_the_same_object() {
        assert_eq!(Oid::from_bytes(&[0xab; 20]).as_str(), "ab".repeat(20));
    }
}
