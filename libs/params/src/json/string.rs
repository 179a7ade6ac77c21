//! The text inside a string token, and back. It does not know which string is a key.

use std::borrow::Cow;
use std::str::Chars;

/// Gives the text that a string token, quotes included, stands for; the lexer has passed the token.
pub(super) fn unescape(token: &str) -> Cow<'_, str> {
    let inner = token.get(1..token.len().saturating_sub(1)).unwrap_or_default();
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    let mut text = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        text.push(if c == '\\' { escaped(&mut chars) } else { c });
    }
    Cow::Owned(text)
}

fn escaped(chars: &mut Chars<'_>) -> char {
    match chars.next() {
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('u') => code_point(chars),
        Some(c) => c,
        None => '\\',
    }
}

fn code_point(chars: &mut Chars<'_>) -> char {
    let mut code = code_unit(chars);
    if let 0xd800..=0xdbff = code {
        chars.next();
        chars.next();
        let low = code_unit(chars);
        code = 0x1_0000 + ((code - 0xd800) << 10) + (low & 0x3ff);
    }
    // the lexer refuses lone surrogates, so nothing is replaced
    char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn code_unit(chars: &mut Chars<'_>) -> u32 {
    chars.by_ref().take(4).filter_map(|c| c.to_digit(16)).fold(0, |unit, digit| unit * 16 + digit)
}

/// Writes `text` as a string token: only what JSON demands is escaped.
pub(crate) fn quote(text: &str) -> String {
    let mut token = String::with_capacity(text.len() + 2);
    token.push('"');
    for c in text.chars() {
        match c {
            '"' => token.push_str("\\\""),
            '\\' => token.push_str("\\\\"),
            '\n' => token.push_str("\\n"),
            '\r' => token.push_str("\\r"),
            '\t' => token.push_str("\\t"),
            '\u{0}'..='\u{1f}' => token.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => token.push(c),
        }
    }
    token.push('"');
    token
}
