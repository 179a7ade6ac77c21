//! Fields that are wrong, gathered so that one answer names them all.

use std::fmt;

use pullwright_types::Malformed;

/// A field that is missing or malformed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The field's name in the request.
    pub field: &'static str,
    /// What it must be, as a sentence part that stands after the field's name.
    pub rule: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.field, self.rule)
    }
}

/// The longest part of a caller's text that an answer repeats, in characters.
const SHOWN: usize = 200;

/// A caller's text as an answer repeats it: cut, so that the answer stays one that gRPC can carry.
#[must_use]
pub fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Gathers what is wrong with a request.
#[derive(Debug, Default)]
pub struct Check(Vec<Violation>);

impl Check {
    /// Notes that `field` breaks `rule` unless `holds`.
    pub fn that(&mut self, holds: bool, field: &'static str, rule: impl Into<String>) {
        if !holds {
            self.0.push(Violation { field, rule: rule.into() });
        }
    }

    /// Notes what a validator says about `field`.
    pub fn form(&mut self, field: &'static str, verdict: Result<(), Malformed>) {
        if let Err(malformed) = verdict {
            self.0.push(Violation { field, rule: malformed.rule.to_owned() });
        }
    }

    /// Everything that was noted, if anything was.
    ///
    /// # Errors
    /// The violations.
    pub fn done(self) -> Result<(), Vec<Violation>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(shown("short"), "short");
        assert_eq!(shown(&"é".repeat(200)), "é".repeat(200));
        assert_eq!(shown(&"é".repeat(201)), format!("{}…", "é".repeat(200)));
    }
}
