//! Text from GitHub, marked so that an agent can tell it from what the adapter says.
//!
//! The contract has no field for trust, so the mark is part of the text: a pair of tags whose name holds a boundary that the
//! text's writer could not know. Inside, nothing is invisible.

use pullwright_redact::Redactor;

use super::BriefError;

/// Longest quoted text in characters; GitHub's own limit of a comment or an issue.
const LONGEST: usize = 65_536;

/// What a quotation mark begins with.
pub(super) const TAG: &str = "untrusted-";

/// An unguessable word that sets quoted text apart; a new one for every brief.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Boundary(String);

impl Boundary {
    /// Takes random text of 16 to 64 lower-case letters and digits, such as an id's 32 hexadecimal digits.
    pub fn new(random: &str) -> Result<Self, BriefError> {
        let legal = random.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        if legal && (16..=64).contains(&random.len()) {
            Ok(Self(random.to_owned()))
        } else {
            Err(BriefError::Boundary)
        }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text from GitHub and the login that wrote it, neither of them trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    author: String,
    text: String,
}

impl Quote {
    /// Takes a text as GitHub gave it.
    pub fn new(author: impl Into<String>, text: impl Into<String>) -> Self {
        Self { author: author.into(), text: text.into() }
    }

    /// The text between marks on lines of their own; `source` says what it is, such as `issue_body`.
    pub(super) fn block(
        &self,
        source: &str,
        boundary: &Boundary,
        redactor: &Redactor,
    ) -> Result<String, BriefError> {
        let text = self.cleaned(boundary)?;
        Ok(self.marked(source, boundary, &format!("\n{}\n", redactor.redact(&text))))
    }

    /// The text between marks, all on one line.
    pub(super) fn line(
        &self,
        source: &str,
        boundary: &Boundary,
        redactor: &Redactor,
    ) -> Result<String, BriefError> {
        let text = self.cleaned(boundary)?;
        let words: Vec<&str> = text.split_whitespace().collect();
        Ok(self.marked(source, boundary, &redactor.redact(&words.join(" "))))
    }

    fn marked(&self, source: &str, boundary: &Boundary, inner: &str) -> String {
        let legal = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '[' | ']');
        let author: String = self.author.chars().filter(legal).take(64).collect();
        let name = format!("{TAG}{}", boundary.as_str());
        format!("<{name} source=\"{source}\" author=\"{author}\">{inner}</{name}>")
    }

    fn cleaned(&self, boundary: &Boundary) -> Result<String, BriefError> {
        if self.text.contains(boundary.as_str()) {
            return Err(BriefError::BoundaryInText);
        }
        let plain = self.text.replace("\r\n", "\n");
        let mut text: String =
            plain.chars().map(|c| if unseen(c) { '\u{fffd}' } else { c }).collect();
        if let Some((end, _)) = text.char_indices().nth(LONGEST) {
            text.truncate(end);
            text.push_str("\n[cut]");
        }
        Ok(text)
    }
}

/// Whether a character is one that people do not see and programs read: controls, direction marks, tag characters.
fn unseen(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}
