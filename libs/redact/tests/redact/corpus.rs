//! The token cases of the hostile corpus: every token in every place.

use std::{fs, path::Path};

use pullwright_redact::{Redactor, looks_like_token};
use serde_json::Value;

use crate::{knowing, redacted, tokens};

/// Tokens without a shape of their own, or shorter than it: they are found when the service knows them.
const BY_VALUE_ONLY: [&str; 4] = ["TK-09", "TK-11", "TK-17", "TK-18"];

fn cases(file: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/hostile").join(file);
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut corpus: Value = serde_json::from_str(&text).unwrap();
    serde_json::from_value(corpus["cases"].take()).unwrap()
}

fn id(case: &Value) -> &str {
    case["id"].as_str().unwrap()
}

/// What of a token may not be left: any longer part of it, so that a tail beyond the match is seen.
fn assert_gone(case: &str, token: &str, shown: &str) {
    let token: Vec<char> = token.chars().filter(|c| *c != '\n').collect();
    for part in token.windows(12) {
        let part: String = part.iter().collect();
        let known =
            ["PRIVATE KEY", "-----BEGIN", "-----END"].iter().any(|words| part.contains(words));
        assert!(known || !shown.contains(&part), "{case}: {part} is left in {shown}");
    }
}

#[test]
fn every_token_is_found_by_its_value() {
    for case in cases("token.json") {
        let token = tokens::make(&case);
        let redactor = knowing(&[&token]);
        assert_gone(id(&case), &token, &redacted(&redactor, &format!("a {token} b")));
        assert_gone(id(&case), &token, &redacted(&redactor, &format!("a{token}b")));
    }
}

#[test]
fn every_token_with_a_shape_is_found_by_its_shape() {
    let redactor = Redactor::new();
    let mut found = 0;
    for case in cases("token.json") {
        if BY_VALUE_ONLY.contains(&id(&case)) {
            continue;
        }
        let token = tokens::make(&case);
        assert_gone(id(&case), &token, &redacted(&redactor, &format!("a {token} b")));
        assert!(looks_like_token(&token), "{}", id(&case));
        found += 1;
    }
    assert_eq!(found, 15);
}

#[test]
fn every_token_is_found_in_every_place() {
    let tokens: Vec<(String, String)> =
        cases("token.json").iter().map(|case| (id(case).to_owned(), tokens::make(case))).collect();
    let mut combined = 0;
    for place in cases("token_field.json") {
        let wanted: Vec<String> = serde_json::from_value(place["input"]["tokens"].clone()).unwrap();
        for (case, token) in tokens.iter().filter(|(case, _)| wanted.contains(case)) {
            let text = place["input"]["place"].as_str().unwrap().replace("<T>", token);
            let case = format!("{} {case}", id(&place));
            assert_gone(&case, token, &redacted(&knowing(&[token]), &text));
            if !case.ends_with("TK-09") {
                assert_gone(&case, token, &redacted(&Redactor::new(), &text));
            }
            combined += 1;
        }
    }
    assert_eq!(combined, 16 * 13);
}
