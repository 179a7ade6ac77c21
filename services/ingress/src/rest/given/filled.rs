//! A text that says something: whoever has nothing to say leaves the member out.

use serde::{Deserialize, Deserializer, de::Error as _};

/// A text of one character or more.
#[derive(Debug)]
pub(crate) struct Filled(String);

impl Filled {
    /// The text; empty, as the contract says "not given", when it was left out.
    pub(crate) fn or_empty(given: Option<Self>) -> String {
        given.map(|Self(text)| text).unwrap_or_default()
    }
}

impl<'de> Deserialize<'de> for Filled {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.is_empty() {
            return Err(D::Error::custom("it is empty; leave it out instead"));
        }
        Ok(Self(text))
    }
}
