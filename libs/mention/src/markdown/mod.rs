//! What of a comment speaks: Markdown without its quotes, code and HTML comments.
//!
//! It knows as much of GitHub's Markdown as is needed to tell these apart, and renders nothing. A line after a quoted one counts
//! as the writer's own even where a renderer would draw it into the quote: who answers below a quote without an empty line means
//! to answer.

mod blocks;
mod inline;
mod lines;
mod search;

use std::ops::Range;

/// Stands for a byte of code: neither white space nor part of a word, so that code separates and says nothing.
const CODE: char = '\u{1}';

/// A part of the text that does not speak.
#[derive(Debug)]
struct Hidden {
    range: Range<usize>,
    kind: Kind,
}

/// Why a part does not speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Code: seen, but said to nobody. A comment that begins with it does not begin with a command.
    Code,
    /// A quote or an HTML comment: as if it were not there.
    Absent,
}

/// The text with every hidden byte replaced; as long as the text, and cut at the same characters.
pub(crate) fn visible(text: &str) -> String {
    let mut seen = String::with_capacity(text.len());
    let mut at = 0;
    for hidden in blocks::hidden(text) {
        seen.push_str(&text[at..hidden.range.start]);
        for c in text[hidden.range.clone()].chars() {
            match (c, hidden.kind) {
                ('\n', _) => seen.push('\n'),
                (_, Kind::Absent) => seen.extend(std::iter::repeat_n(' ', c.len_utf8())),
                (_, Kind::Code) => seen.extend(std::iter::repeat_n(CODE, c.len_utf8())),
            }
        }
        at = hidden.range.end;
    }
    seen.push_str(&text[at..]);
    seen
}

#[cfg(test)]
mod tests;
