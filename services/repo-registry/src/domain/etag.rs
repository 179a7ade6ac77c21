//! Etags: which state of a row a caller has read (AIP-154).

use std::fmt;

/// A row's etag: its revision in quotes. Opaque to callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Etag(i64);

impl Etag {
    /// The etag of a row at this revision.
    #[must_use]
    pub const fn new(revision: i64) -> Self {
        Self(revision)
    }

    /// Whether a caller who gives `etag` means this state of the row; an empty one means any.
    #[must_use]
    pub fn admits(self, etag: &str) -> bool {
        etag.is_empty() || etag == self.to_string()
    }
}

impl fmt::Display for Etag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_etag_admits_itself_to_the_letter_or_nothing_at_all() {
        let etag = Etag::new(7);
        assert_eq!(etag.to_string(), "\"7\"");
        for fitting in ["", "\"7\""] {
            assert!(etag.admits(fitting), "{fitting}");
        }
        for other in ["7", "\"07\"", "\"8\"", "W/\"7\"", "*", "\"7\"\n"] {
            assert!(!etag.admits(other), "{other}");
        }
    }
}
