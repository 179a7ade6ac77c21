//! Foreign text made harmless in Markdown: it shows as itself and does nothing.

/// Text on one line, otherwise as it is: for places that show no Markdown, such as titles and commit messages.
pub(super) fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Text for a line of prose: one line, no markup, no mention, no reference, no HTML.
pub(super) fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_control() => out.push(' '),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '(' | ')' | '~' | '|'
            | '&' => {
                out.push('\\');
                out.push(c);
            }
            // An invisible joiner after the sign keeps GitHub from making a mention or a reference of it.
            '@' | '#' => {
                out.push(c);
                out.push('\u{2060}');
            }
            c => out.push(c),
        }
    }
    out
}

/// Text as code inside a table cell, in as many backticks as it needs.
pub(super) fn code(text: &str) -> String {
    let text = one_line(text).replace('|', "\\|");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad =
        if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_has_no_effect_in_prose() {
        assert_eq!(line("a|b\n`c` <d> @team #1"), "a\\|b \\`c\\` \\<d\\> @\u{2060}team #\u{2060}1");
    }

    #[test]
    fn code_is_fenced_by_more_backticks_than_it_holds() {
        assert_eq!(code("2.5"), "`2.5`");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code("a|b"), "`a\\|b`");
    }

    #[test]
    fn a_cut_is_visible_and_falls_between_characters() {
        assert_eq!(cut("äöü", 3), "äöü");
        let cut = cut(&"ä".repeat(300), 255);
        assert_eq!(cut.chars().count(), 255);
        assert!(cut.ends_with("(cut)"));
    }
}
