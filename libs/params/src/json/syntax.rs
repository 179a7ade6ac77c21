//! Where and why a text is not JSON. It does not know which text that was.

use std::fmt;

/// A place in a text that is not JSON (RFC 8259), and what could have stood there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: expected {expected}, found {found}")]
pub struct SyntaxError {
    /// Counts line feeds, from 1.
    pub line: usize,
    /// Counts characters on the line, from 1; a byte order mark at the start of the file is not counted.
    pub column: usize,
    /// Says what could have stood there.
    pub expected: &'static str,
    /// Says what stands there.
    pub found: Found,
}

/// What stood where something else was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// The text ends.
    End,
    /// A character; shown escaped, so that a message stays one line.
    Char(char),
    /// A byte that cannot stand there in UTF-8.
    Byte(u8),
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::End => f.write_str("the end of the text"),
            Self::Char(c) => write!(f, "{c:?}"),
            Self::Byte(byte) => write!(f, "byte 0x{byte:02x}"),
        }
    }
}

/// A fault by its byte offset: cheap until somebody wants to read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) at: usize,
    pub(crate) expected: &'static str,
}

impl Fault {
    /// Turns the offset into line and column of `text`.
    pub(crate) fn locate(self, text: &str) -> SyntaxError {
        let found = text.get(self.at..).and_then(|rest| rest.chars().next());
        let before = text.get(..self.at).unwrap_or(text);
        SyntaxError::after(before, self.expected, found.map_or(Found::End, Found::Char))
    }
}

impl SyntaxError {
    /// Makes the error for what follows `before`.
    pub(crate) fn after(before: &str, expected: &'static str, found: Found) -> Self {
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            expected,
            found,
        }
    }
}
