//! Texts that must not grow without end. Pure.

/// Cuts a text after `most` characters, the mark that it was cut included.
#[must_use]
pub fn cut(text: &str, most: usize) -> String {
    const MARK: char = '…';
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => text.chars().take(most.saturating_sub(1)).chain([MARK]).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters_with_a_mark() {
        assert_eq!(cut("äöü", 3), "äöü");
        assert_eq!(cut("äöüß", 3), "äö…");
        assert_eq!(cut("", 0), "");
    }
}
