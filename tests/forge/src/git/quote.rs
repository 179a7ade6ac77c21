//! Paths as fast-import reads them and as diff writes them. It knows nothing else of either.

/// Quotes a path for a fast-import command, as a C string.
pub(super) fn quote(path: &str) -> String {
    let mut quoted = String::from("\"");
    for character in path.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn a_path_cannot_end_its_own_line() {
        assert_eq!(quote("a \"b\"\n\\c"), r#""a \"b\"\n\\c""#);
    }
}
