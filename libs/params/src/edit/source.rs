//! A file as text: its byte order mark set aside, an empty file made `{}`. It does not know JSON beyond that.

use std::borrow::Cow;

use super::MAX_FILE_BYTES;
use crate::error::EditError;
use crate::json::{Found, SyntaxError, WHITE_SPACE};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A file's text and the mark that goes back before it.
pub(crate) struct Source<'a> {
    mark: &'static [u8],
    body: Cow<'a, str>,
}

impl<'a> Source<'a> {
    /// Takes a file as UTF-8 text.
    pub(crate) fn read(file: &'a [u8]) -> Result<Self, EditError> {
        if file.len() > MAX_FILE_BYTES {
            return Err(EditError::FileTooLarge { bytes: file.len(), limit: MAX_FILE_BYTES });
        }
        let (mark, rest) = match file.strip_prefix(BYTE_ORDER_MARK) {
            Some(rest) => (BYTE_ORDER_MARK, rest),
            None => (&b""[..], file),
        };
        let body = utf8(rest).map_err(EditError::MalformedFile)?;
        if body.trim_matches(WHITE_SPACE).is_empty() {
            let line_break = if body.contains("\r\n") { "\r\n" } else { "\n" };
            return Ok(Self { mark, body: Cow::Owned(format!("{{}}{line_break}")) });
        }
        Ok(Self { mark, body: Cow::Borrowed(body) })
    }

    pub(crate) fn body(&self) -> &str {
        &self.body
    }

    /// Puts the mark before another text.
    pub(super) fn with_body(&self, body: &str) -> Vec<u8> {
        [self.mark, body.as_bytes()].concat()
    }
}

fn utf8(bytes: &[u8]) -> Result<&str, SyntaxError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let (valid, rest) = bytes.split_at(error.valid_up_to());
        let found = rest.first().map_or(Found::End, |byte| Found::Byte(*byte));
        let expected = match bytes {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "text in UTF-8, not UTF-16",
            _ => "text in UTF-8",
        };
        SyntaxError::after(&String::from_utf8_lossy(valid), expected, found)
    })
}
