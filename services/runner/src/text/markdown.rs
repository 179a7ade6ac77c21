//! Foreign text made harmless in Markdown: it shows as itself and does nothing.

use super::inert::{JOINER, inert};

/// Text for a line of prose, at most `longest` characters of it: no markup, no mention, no reference, no HTML, no emoji code.
pub(super) fn line(text: &str, longest: usize) -> String {
    let text = without_commit_ids(&inert(&cut(text, longest)));
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '(' | ')' | '~' | '|'
            | '&' | '!' | '^' | '#' => {
                out.push('\\');
                out.push(c);
            }
            // A backslash does not keep GitHub from reading a formula.
            '$' => out.push_str("&#36;"),
            ':' => {
                out.push(c);
                if chars
                    .peek()
                    .is_some_and(|next| next.is_alphanumeric() || matches!(next, '+' | '-'))
                {
                    out.push(JOINER);
                }
            }
            c => out.push(c),
        }
    }
    out
}

/// Text as code, at most `longest` characters of it, in as many backticks as it needs; fit for a table's cell.
pub(super) fn code(text: &str, longest: usize) -> String {
    span(text, longest).replace('|', "\\|")
}

/// Text as code like [`code`], but for prose, where a backslash before a bar would be seen.
pub(super) fn span(text: &str, longest: usize) -> String {
    let text = inert(&cut(text, longest));
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let is_blank = text.chars().all(|c| c == ' ');
    let touches = text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) || is_blank;
    let pad = if touches { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// The first `longest` characters, with a visible mark when something was cut.
pub(super) fn cut(text: &str, longest: usize) -> String {
    const MARK: &str = " … (cut)";
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(longest.saturating_sub(MARK.chars().count())).collect();
    cut.push_str(MARK);
    cut
}

/// Breaks words that GitHub may take for a commit's id: 7 to 40 hexadecimal digits.
fn without_commit_ids(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let digits = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        if (7..=40).contains(&digits.len()) && digits.bytes().all(|c| c.is_ascii_hexdigit()) {
            out.push_str(&word[..1]);
            out.push(JOINER);
            out.push_str(&word[1..]);
        } else {
            out.push_str(word);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        line(text, 1000).replace(JOINER, "·")
    }

    #[test]
    fn foreign_text_has_no_effect_in_prose() {
        assert_eq!(shown("a|b\n`c` <d> @team #1"), "a\\|b \\`c\\` \\<d\\> @·team \\#·1");
        assert_eq!(shown("![x](http://evil/i.png)"), "\\!\\[x\\]\\(http:·//evil/i.png\\)");
        assert_eq!(
            shown("&lt;b&gt; :tada: $x$ 12: ok"),
            "\\&lt;b\\&gt; :·tada: &#36;x&#36; 12: ok"
        );
        assert_eq!(shown("see 0123abc and deadbeef1"), "see 0·123abc and d·eadbeef1");
        let id = "a".repeat(40);
        assert_eq!(shown(&format!("{id} {id}a abcdefg")), format!("a·{} {id}a abcdefg", &id[1..]));
    }

    #[test]
    fn code_is_fenced_by_more_backticks_than_it_holds() {
        for (text, expected) in [
            ("2.5", "`2.5`"),
            ("a`b", "``a`b``"),
            ("`", "`` ` ``"),
            (" a ", "`  a  `"),
            ("a|b", "`a\\|b`"),
            ("a\\|b", "`a\\\\|b`"),
            ("", "`  `"),
        ] {
            assert_eq!(code(text, 100), expected);
        }
    }

    #[test]
    fn a_cut_is_visible_and_falls_between_characters() {
        assert_eq!(cut("äöü", 3), "äöü");
        let family = "👩\u{200d}👩\u{200d}👧\u{200d}👦".repeat(20);
        for longest in 8..200 {
            let cut = cut(&family, longest);
            assert!(cut.chars().count() <= longest && (cut == family || cut.ends_with("(cut)")));
        }
        assert_eq!(code(&"ä".repeat(300), 20), format!("`{} … (cut)`", "ä".repeat(12)));
    }
}
