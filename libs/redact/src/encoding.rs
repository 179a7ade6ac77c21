//! Two ways in which any byte of a text may be spelled, undone with a way back to where it stood.
//!
//! A secret is looked for in the decoded text rather than in a list of its encodings, as an encoder may choose for each
//! byte whether to encode it.

use std::ops::Range;

use crate::span::Span;

/// A way to spell bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Encoding {
    /// `%2F`, as in URLs and forms.
    Percent,
    /// `\n`, `\/`, `\u002f`, `\u{2f}`, `\x2f`: JSON, Rust's `Debug`, shells.
    Backslash,
}

/// A stretch of text and what it stands for; equal lengths mean byte for byte.
struct Piece {
    text: Range<usize>,
    bytes: Range<usize>,
}

impl Encoding {
    pub(crate) const ALL: [Self; 2] = [Self::Percent, Self::Backslash];

    /// Undoes the encoding once; `None` when the text has nothing encoded in it.
    pub(crate) fn decode(self, text: &[u8]) -> Option<Vec<u8>> {
        let mut decoded = Vec::new();
        let mut any = false;
        self.walk(text, |piece, bytes| {
            any |= piece.text.len() != piece.bytes.len();
            decoded.extend_from_slice(bytes);
        });
        any.then_some(decoded)
    }

    /// Moves spans of the decoded text, sorted and apart, to where they stand in the text.
    pub(crate) fn translate(self, text: &[u8], spans: &mut [Span]) {
        let mut waiting = spans.iter_mut().peekable();
        let mut started = None;
        self.walk(text, |piece, _| {
            let verbatim = piece.text.len() == piece.bytes.len();
            while let Some(span) = waiting.peek_mut() {
                if started.is_none() && piece.bytes.contains(&span.start) {
                    let within = if verbatim { span.start - piece.bytes.start } else { 0 };
                    started = Some(piece.text.start + within);
                }
                let (Some(start), true) = (started, span.end <= piece.bytes.end) else { return };
                span.end = if verbatim {
                    piece.text.start + span.end - piece.bytes.start
                } else {
                    piece.text.end
                };
                span.start = start;
                started = None;
                waiting.next();
            }
        });
    }

    fn walk(self, text: &[u8], mut each: impl FnMut(Piece, &[u8])) {
        let (mut at, mut decoded) = (0, 0);
        let mut plain = 0;
        let mut give = |text: Range<usize>, bytes: &[u8]| {
            if !bytes.is_empty() {
                let start = decoded;
                decoded += bytes.len();
                each(Piece { text, bytes: start..decoded }, bytes);
            }
        };
        while let Some(found) = text[at..].iter().position(|byte| *byte == self.mark()) {
            at += found;
            let mut buffer = [0; 4];
            match self.unit(&text[at..], &mut buffer) {
                Some((length, bytes)) => {
                    give(plain..at, &text[plain..at]);
                    give(at..at + length, bytes);
                    at += length;
                    plain = at;
                }
                None => at += 1,
            }
        }
        give(plain..text.len(), &text[plain..]);
    }

    fn mark(self) -> u8 {
        match self {
            Self::Percent => b'%',
            Self::Backslash => b'\\',
        }
    }

    /// Decodes the unit at the beginning of `text`: its length there and the bytes that it stands for.
    fn unit<'b>(self, text: &[u8], buffer: &'b mut [u8; 4]) -> Option<(usize, &'b [u8])> {
        let simple = |buffer: &'b mut [u8; 4], length, byte| {
            buffer[0] = byte;
            Some((length, &buffer[..1]))
        };
        match (self, text.get(1)?) {
            (Self::Percent, _) => simple(buffer, 3, u8::try_from(number(text.get(1..3)?)?).ok()?),
            (Self::Backslash, b'x') => {
                simple(buffer, 4, u8::try_from(number(text.get(2..4)?)?).ok()?)
            }
            (Self::Backslash, b'u') => {
                let (length, c) = unicode(text)?;
                Some((length, c.encode_utf8(buffer).as_bytes()))
            }
            (Self::Backslash, c @ (b'"' | b'\'' | b'/' | b'\\')) => simple(buffer, 2, *c),
            (Self::Backslash, b'n') => simple(buffer, 2, b'\n'),
            (Self::Backslash, b'r') => simple(buffer, 2, b'\r'),
            (Self::Backslash, b't') => simple(buffer, 2, b'\t'),
            (Self::Backslash, b'b') => simple(buffer, 2, 8),
            (Self::Backslash, b'f') => simple(buffer, 2, 12),
            (Self::Backslash, b'0') => simple(buffer, 2, 0),
            (Self::Backslash, _) => None,
        }
    }
}

/// `\u002f`, a pair of surrogates, or `\u{2f}`.
fn unicode(text: &[u8]) -> Option<(usize, char)> {
    if text.get(2) == Some(&b'{') {
        let digits = text[3..].iter().take(7).position(|byte| *byte == b'}')?;
        return Some((digits + 4, char::from_u32(number(&text[3..3 + digits])?)?));
    }
    let first = number(text.get(2..6)?)?;
    if let Some(c) = char::from_u32(first) {
        return Some((6, c));
    }
    let second = text
        .get(6..12)
        .filter(|next| next.starts_with(b"\\u"))
        .and_then(|next| number(&next[2..]))?;
    let high = first.checked_sub(0xd800)?;
    let low = second.checked_sub(0xdc00)?;
    Some((12, char::from_u32(0x1_0000 + (high << 10) + low)?))
}

fn number(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u32::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Kind;

    fn decoded(encoding: Encoding, text: &str) -> Option<String> {
        encoding.decode(text.as_bytes()).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn percent_encoding_is_undone_in_either_case() {
        assert_eq!(decoded(Encoding::Percent, "a%2fb%2F%C3%a9"), Some("a/b/é".to_owned()));
        for text in ["", "plain", "100%", "%", "%2", "%zz", "%é1", "%+1"] {
            assert_eq!(decoded(Encoding::Percent, text), None, "{text:?}");
        }
    }

    #[test]
    fn escapes_of_json_rust_and_shells_are_undone() {
        let text = r#"\"\\\/\n\t\u0041\u00e9\ud83d\ude00\u{1f600}\x41\'"#;
        assert_eq!(decoded(Encoding::Backslash, text), Some("\"\\/\n\tAé😀😀A'".to_owned()));
        for text in [
            "",
            "plain",
            "\\",
            "\\q",
            "\\u12",
            "\\u{}",
            "\\u{1234567}",
            "\\ud83d",
            "\\udc00x",
            "\\x4",
        ] {
            assert_eq!(decoded(Encoding::Backslash, text), None, "{text:?}");
        }
    }

    #[test]
    fn a_span_finds_its_way_back() {
        let text = "ab%63d%65f%67".as_bytes();
        let decoded = Encoding::Percent.decode(text).unwrap();
        assert_eq!(decoded, b"abcdefg");
        for start in 0..7 {
            for end in start + 1..=7 {
                let mut spans = [Span { start, end, kind: Kind::Secret }];
                Encoding::Percent.translate(text, &mut spans);
                let shown = &text[spans[0].start..spans[0].end];
                let back = Encoding::Percent.decode(shown).unwrap_or_else(|| shown.to_vec());
                assert_eq!(back, decoded[start..end]);
            }
        }
        let mut each: Vec<_> =
            (0..7).map(|at| Span { start: at, end: at + 1, kind: Kind::Secret }).collect();
        Encoding::Percent.translate(text, &mut each);
        let lengths: Vec<_> = each.iter().map(|span| span.end - span.start).collect();
        assert_eq!(lengths, [1, 1, 3, 1, 3, 1, 3]);
    }
}
