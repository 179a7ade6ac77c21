//! Patterns in which `*` stands for any text.

/// Says whether a text matches a pattern.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let Some((prefix, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(text) = text.strip_prefix(prefix) else { return false };
    let starts = (0..=text.len()).filter(|at| text.is_char_boundary(*at));
    starts.into_iter().any(|at| matches(rest, &text[at..]))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_crosses_slashes_and_may_be_empty() {
        assert!(matches("pulls.*", "pulls.create"));
        assert!(matches("/*/config.git/*pack", "/acme/config.git/git-receive-pack"));
        assert!(matches("*", ""));
        assert!(!matches("pulls", "pulls.create"));
        assert!(!matches("pulls.*e", "pulls.list"));
    }
}
