//! JSON texts without the blanks between their tokens; strings and the spelling of numbers stay.

/// The text without white space outside strings.
pub(super) fn compact(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let (mut in_string, mut escaped) = (false, false);
    for c in json.chars() {
        if !in_string && matches!(c, ' ' | '\t' | '\r' | '\n') {
            continue;
        }
        in_string ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_blanks_between_tokens_go() {
        assert_eq!(compact("{ \"a b\" : [ 1.0,\n 2e5 ] }"), "{\"a b\":[1.0,2e5]}");
        assert_eq!(compact(r#"{"a\" b\\" : " x "}"#), r#"{"a\" b\\":" x "}"#);
        assert_eq!(compact("\"never closed  "), "\"never closed  ");
    }
}
