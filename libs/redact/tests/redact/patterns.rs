//! Credentials that nobody registered.

use std::borrow::Cow;

use pullwright_redact::{Redactor, looks_like_token};

use crate::redacted;

/// A GitHub token of the kind `letter`.
fn token(letter: &str) -> String {
    format!("gh{letter}_{}", "A1b2".repeat(9))
}

fn jwt() -> String {
    format!("ey{0}hbGciOiJIUzI1NiJ9.ey{0}pc3MiOiJ4In0.{1}", "J", "s1-_".repeat(10))
}

fn shown(text: &str) -> String {
    redacted(&Redactor::new(), text)
}

#[test]
fn each_shape_has_its_placeholder() {
    let fine = format!("github{}{}", "_pat_", "a1_".repeat(20));
    let api = format!("sk{}{}", "-proj-", "a1_-".repeat(8));
    let key = format!(
        "-----BEGIN {0}-----\nMIIB\n-----END {0}-----",
        format_args!("RSA PRIVATE {}", "KEY")
    );
    let cases: [(String, &str); 14] = [
        (format!("use {} now", token("p")), "use [REDACTED-GH-TOKEN] now"),
        (format!("x{}_y", token("o")), "x[REDACTED-GH-TOKEN]"),
        (format!("use {fine}."), "use [REDACTED-GH-TOKEN]."),
        (format!("{}.{}.", token("s"), "a-_b"), "[REDACTED-GH-TOKEN]."),
        (format!("key={api};"), "key=[REDACTED-API-KEY];"),
        (
            "at postgres://user:p:w@host/db".to_owned(),
            "at postgres://user:[REDACTED-URL-PASSWORD]@host/db",
        ),
        ("at HTTPS://:pw@host".to_owned(), "at HTTPS://:[REDACTED-URL-PASSWORD]@host"),
        ("Authorization: Basic dTpw".to_owned(), "Authorization: Basic [REDACTED-AUTHORIZATION]"),
        (
            r#"{"authorization": "Bearer abc.def", "x": 1}"#.to_owned(),
            r#"{"authorization": "Bearer [REDACTED-AUTHORIZATION]", "x": 1}"#,
        ),
        (
            r#"(\"authorization\", \"bearer abc\")"#.to_owned(),
            r#"(\"authorization\", \"bearer [REDACTED-AUTHORIZATION]\")"#,
        ),
        (
            format!("git sent {}YWJjZA==.", "eC1hY2Nlc3MtdG9rZW46"),
            "git sent [REDACTED-AUTHORIZATION].",
        ),
        (format!("a\n{key}\nb"), "a\n[REDACTED-PRIVATE-KEY]\nb"),
        (format!("{:?}", format!("a\n{key}")), "\"a\\n[REDACTED-PRIVATE-KEY]\""),
        (format!("assertion={}&x=1", jwt()), "assertion=[REDACTED-JWT]&x=1"),
    ];
    for (text, expected) in cases {
        assert_eq!(shown(&text), expected);
        assert!(looks_like_token(&text), "{text}");
    }
}

#[test]
fn a_key_whose_end_was_cut_off_is_redacted() {
    let text = format!("-----BEGIN PRIVATE {}-----\nMIIBVgIBADANBgkqhkiG9w0BAQEF\nAASCAT", "KEY");
    assert_eq!(shown(&text), "[REDACTED-PRIVATE-KEY]");
}

#[test]
fn encoded_shapes_are_redacted() {
    let percent = token("p").replace('_', "%5F");
    assert_eq!(shown(&format!("?t={percent}&x=1")), "?t=[REDACTED-GH-TOKEN]&x=1");
    let url = "https%3A%2F%2Fuser%3Apass%40host";
    assert_eq!(shown(url), "https%3A%2F%2Fuser%3A[REDACTED-URL-PASSWORD]%40host");
}

#[test]
fn overlapping_shapes_leave_nothing_between_them() {
    let header = format!("Authorization: Bearer {}", token("s"));
    assert_eq!(shown(&header), "Authorization: Bearer [REDACTED-GH-TOKEN]");
    let url = format!("https://x-access-token:{}@github.com/a/b", token("s"));
    assert_eq!(shown(&url), "https://x-access-token:[REDACTED-GH-TOKEN]@github.com/a/b");
    let two = format!("{}{}", token("p"), token("o"));
    assert!(!shown(&two).contains("A1b2"), "{}", shown(&two));
}

#[test]
fn placeholders_survive() {
    for text in [
        "https://user:[REDACTED]@host",
        "https://user:[REDACTED-GH-TOKEN]@host/[REDACTED-URL-PASSWORD]@x",
        "Authorization: Basic [REDACTED-AUTHORIZATION]",
        "Authorization: Bearer [REDACTED-JWT]",
        "[REDACTED-PRIVATE-KEY][REDACTED-API-KEY]",
    ] {
        assert!(
            matches!(Redactor::new().redact(text), Cow::Borrowed(same) if same == text),
            "{text}"
        );
    }
}

#[test]
fn ordinary_text_is_not_touched() {
    for text in [
        "",
        "raise the title boost from 1.0 to 2.5",
        "commit 0123456789abcdef0123456789abcdef01234567 of refs/heads/main",
        "pullwright/task-0192f0c1-7a5b-7c3d-8e9f-0123456789ab",
        "weight_of_the_title_field_in_the_search_results_page",
        "https://github.com/acme/search-config/pull/7",
        "http://127.0.0.1:8080/a@b, postgres://user@host:5432/db",
        "git@github.com:acme/search-config.git",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "WWW-Authenticate: Bearer realm=\"pullwright\"",
        "the authorization failed: bearer tokens are refused",
        "a -----BEGIN PUBLIC KEY----- line, or -----BEGIN PRIVATE KEY----- in a manual",
        "v1.2.3 and sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        r#"{"path":"C:\\new\\table","share":"100%","at":"2026-01-01T00:00:00Z"}"#,
        "email a.b@example.com, ratio 3:1@2",
        "日本語 😀 \u{202e}",
    ] {
        assert!(
            matches!(Redactor::new().redact(text), Cow::Borrowed(same) if same == text),
            "{text}"
        );
        assert!(!looks_like_token(text), "{text}");
    }
}
