//! Cuts a text into JSON tokens, each a span. It does not know which token may follow which.

use super::{Fault, WHITE_SPACE, visit};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    ObjectStart,
    ObjectEnd,
    ArrayStart,
    ArrayEnd,
    Colon,
    Comma,
    String,
    Number,
    True,
    False,
    Null,
    End,
}

/// A token and the bytes it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Walks over a text once, from its start to its end.
pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), at: 0 }
    }

    /// Takes the next token; `expected` is what the fault says when no token starts there.
    pub(super) fn next(&mut self, expected: &'static str) -> Result<Token, Fault> {
        let before = self.at;
        while self.peek().is_some_and(|byte| WHITE_SPACE.contains(&char::from(byte))) {
            self.at += 1;
        }
        let start = self.at;
        let kind = match self.peek() {
            None => TokenKind::End,
            Some(b'{') => self.one(TokenKind::ObjectStart),
            Some(b'}') => self.one(TokenKind::ObjectEnd),
            Some(b'[') => self.one(TokenKind::ArrayStart),
            Some(b']') => self.one(TokenKind::ArrayEnd),
            Some(b':') => self.one(TokenKind::Colon),
            Some(b',') => self.one(TokenKind::Comma),
            Some(b'"') => self.string()?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true", TokenKind::True, expected)?,
            Some(b'f') => self.word("false", TokenKind::False, expected)?,
            Some(b'n') => self.word("null", TokenKind::Null, expected)?,
            Some(_) => return Err(Fault { at: start, expected }),
        };
        visit(self.at - before);
        Ok(Token { kind, start, end: self.at })
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn one(&mut self, kind: TokenKind) -> TokenKind {
        self.at += 1;
        kind
    }

    fn word(
        &mut self,
        word: &str,
        kind: TokenKind,
        expected: &'static str,
    ) -> Result<TokenKind, Fault> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return Err(Fault { at: self.at, expected });
        }
        self.at += word.len();
        Ok(kind)
    }

    fn string(&mut self) -> Result<TokenKind, Fault> {
        self.at += 1;
        loop {
            match self.peek() {
                Some(b'"') => return Ok(self.one(TokenKind::String)),
                Some(b'\\') => self.escape()?,
                Some(0x00..=0x1f) => {
                    return Err(Fault { at: self.at, expected: "an escaped control character" });
                }
                Some(_) => self.at += 1,
                None => return Err(Fault { at: self.at, expected: "the end of the string" }),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Fault> {
        let start = self.at;
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at += 1;
                Ok(())
            }
            Some(b'u') => {
                self.at += 1;
                match self.code_unit()? {
                    0xd800..=0xdbff => self.low_surrogate(start),
                    0xdc00..=0xdfff => Err(lone_surrogate(start)),
                    _ => Ok(()),
                }
            }
            _ => Err(Fault { at: self.at, expected: "an escape of JSON" }),
        }
    }

    fn low_surrogate(&mut self, high: usize) -> Result<(), Fault> {
        if !self.bytes[self.at..].starts_with(b"\\u") {
            return Err(lone_surrogate(high));
        }
        self.at += 2;
        match self.code_unit()? {
            0xdc00..=0xdfff => Ok(()),
            _ => Err(lone_surrogate(high)),
        }
    }

    fn code_unit(&mut self) -> Result<u32, Fault> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            let fault = Fault { at: self.at, expected: "a hexadecimal digit" };
            unit = unit * 16 + digit.ok_or(fault)?;
            self.at += 1;
        }
        Ok(unit)
    }

    fn number(&mut self) -> Result<TokenKind, Fault> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            // a digit after the zero is the next token, and no token may follow there
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(TokenKind::Number)
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start {
            return Err(Fault { at: start, expected: "a digit" });
        }
        Ok(())
    }
}

fn lone_surrogate(at: usize) -> Fault {
    Fault { at, expected: "a surrogate pair" }
}
