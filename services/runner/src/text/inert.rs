//! Foreign text on one line, with nothing hidden in it and nothing that acts on GitHub or in a commit message.
//!
//! Markdown is none of its business. Escapes would not help here: GitHub looks for mentions and references after it has
//! taken them away, and a squash merge makes a commit message of a title and a body. So a word joiner, which takes no room
//! and is no blank, stands where the pattern would have to go on.

/// Breaks a pattern without being seen.
pub(super) const JOINER: char = '\u{2060}';

/// The text with control characters as blanks, invisible ones spelled out, and mentions, references (`#1`, `GH-1`), links and
/// HTML comments broken.
pub(super) fn inert(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    for (at, c) in chars.iter().copied().enumerate() {
        match c {
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => out.push(' '),
            c if is_hidden(c) => out.push_str(&format!("⟨U+{:04X}⟩", u32::from(c))),
            c => out.push(c),
        }
        if breaks_after(&chars[..=at], &chars[at + 1..]) {
            out.push(JOINER);
        }
    }
    out
}

/// Whether what ends with `before` and goes on with `after` would act.
fn breaks_after(before: &[char], after: &[char]) -> bool {
    let next = |is: fn(&char) -> bool| after.first().is_some_and(is);
    match before {
        // A mention, a mail address, a commit of somebody's repository.
        [before @ .., '@'] => {
            next(|c| c.is_alphanumeric() || *c == '_') && !is_cut_off(before, after)
        }
        // An issue, a pull request, of this or another repository.
        [.., '#'] => next(char::is_ascii_digit),
        [.., 'g' | 'G', 'h' | 'H', '-'] => next(char::is_ascii_digit),
        // A link; issues are closed by their addresses too.
        [.., ':'] => after.starts_with(&['/', '/']),
        [.., 'w' | 'W', 'w' | 'W', 'w' | 'W'] => next(|c| *c == '.'),
        // A comment hides text and could pass for a mark of ours.
        [.., '<', '!'] => next(|c| *c == '-'),
        _ => false,
    }
}

/// Whether an `@` stands inside a metric's name, such as `ndcg@10`; these are everywhere and shall stay searchable.
fn is_cut_off(before: &[char], after: &[char]) -> bool {
    let word = after.split(|c| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'))).next();
    before.last().is_some_and(char::is_ascii_alphanumeric)
        && word.is_some_and(|word| word.len() < 7 && word.iter().all(char::is_ascii_digit))
}

/// Whether a character shows as nothing, or turns the direction of others around. Joiners that scripts and emoji need stay.
fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The joiner as something that can be seen.
    fn shown(text: &str) -> String {
        inert(text).replace(JOINER, "·")
    }

    #[test]
    fn mentions_references_and_links_are_broken() {
        for (text, expected) in [
            ("@team, a@b.example, @_x", "@·team, a@·b.example, @·_x"),
            ("Fixes #1, closes octo/hello#2", "Fixes #·1, closes octo/hello#·2"),
            (
                "resolves https://github.com/o/r/issues/3",
                "resolves https:·//github.com/o/r/issues/3",
            ),
            ("GH-1 gh-22 GH-x octo@abc", "GH-·1 gh-·22 GH-x octo@·abc"),
            ("x@1234567 x@1.example @10 (@10)", "x@·1234567 x@·1.example @·10 (@·10)"),
            ("www.evil.example WWW.X", "www·.evil.example WWW·.X"),
            ("visible <!-- /run deploy -->", "visible <!·-- /run deploy -->"),
        ] {
            assert_eq!(shown(text), expected);
        }
    }

    #[test]
    fn ordinary_values_keep_their_characters() {
        for text in [
            "{\"a\": [1, 2]}",
            "1e-05",
            "ndcg@10, map@100",
            "field_boosts.title^2",
            "größe: 50 % # @",
            "👩\u{200d}👧",
        ] {
            assert_eq!(inert(text), text);
        }
    }

    #[test]
    fn lines_and_hidden_characters_cannot_deceive() {
        assert_eq!(inert("a\r\nb\0c\u{2028}d\u{85}e"), "a  b c d e");
        assert_eq!(
            inert("a\u{202e}b\u{200b}\u{feff}\u{2060}"),
            "a⟨U+202E⟩b⟨U+200B⟩⟨U+FEFF⟩⟨U+2060⟩"
        );
    }
}
