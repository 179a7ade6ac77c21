//! Putting clauses together, and other people's words into them.

use crate::domain::text::cut;

/// Longest text that is quoted, in characters; the whole of it stands in the facts.
const LONGEST: usize = 240;

/// One sentence of a clause.
pub(super) fn sentence(clause: &str) -> String {
    let mut letters = clause.chars();
    letters.next().map_or_else(String::new, |first| {
        format!("{}{}.", first.to_uppercase(), letters.as_str().trim_end_matches('.'))
    })
}

/// Somebody's words in quotation marks, on one line.
pub(super) fn quote(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    let text: String = words.join(" ").chars().filter(|c| !c.is_control()).collect();
    format!("\"{}\"", cut(text.trim_end_matches('.'), LONGEST).replace('"', "'"))
}

/// A reason and what was said about it: `CODE, "text"`.
pub(super) fn problem(reason: &str, message: &str) -> String {
    if message.trim().is_empty() {
        reason.to_owned()
    } else {
        format!("{reason}, {}", quote(message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_begins_and_ends_as_sentences_do() {
        assert_eq!(sentence("it is öpen"), "It is öpen.");
        assert_eq!(sentence("ölig."), "Ölig.");
        assert_eq!(sentence(""), "");
    }

    #[test]
    fn other_peoples_words_stay_on_one_line_and_within_their_quotation_marks() {
        assert_eq!(quote("  a \"b\"\r\n\tc\u{1b}. "), "\"a 'b' c\"");
        assert_eq!(quote(&"x".repeat(500)).chars().count(), LONGEST + 2);
        assert_eq!(problem("CODE", " "), "CODE");
        assert_eq!(problem("CODE", "why"), "CODE, \"why\"");
    }
}
