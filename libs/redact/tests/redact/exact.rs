//! Registered secrets.

use base64::{Engine, engine::general_purpose::STANDARD};
use pullwright_redact::{Redactor, SecretString, TooShort};

use crate::{knowing, redacted};

const SECRET: &str = "hunter2/and+more=é";

#[test]
fn what_git_sends_for_a_token_is_redacted() {
    let redactor = knowing(&[SECRET]);
    for user in ["x-access-token", "u", "us", "use"] {
        let header = STANDARD.encode(format!("{user}:{SECRET}"));
        let shown = redacted(&redactor, &format!("> value {header} sent"));
        let kept = shown
            .strip_prefix("> value ")
            .and_then(|rest| rest.strip_suffix("[REDACTED] sent"))
            .unwrap();
        assert!(kept.len() <= 4 * (user.len() + 1) / 3, "{shown}");
    }
}

#[test]
fn encodings_on_top_of_each_other_are_redacted() {
    let redactor = knowing(&[SECRET]);
    for text in [
        "hunter2%2Fand%2bmore%3D%C3%A9",
        "h%75nter2/and%2Bmore=%c3%a9",
        "hunter2%252Fand%252Bmore%253D%25C3%25A9",
        r"hunter2\/and+more=\u00e9",
        r"hunter2\\\/and+more=\\u00e9",
        r"hunter2%5C%2Fand%2Bmore%3D%5Cu00e9",
        r"\x68unter2\u002fand\u{2b}more=é",
    ] {
        assert_eq!(redacted(&redactor, &format!("<{text}>")), "<[REDACTED]>");
    }
    let base64 = STANDARD.encode(format!("{SECRET}{SECRET}"));
    let text = format!("<{}>", base64.replace('/', r"\/").replace('+', "%2B").replace('=', "%3D"));
    let shown = redacted(&redactor, &text);
    assert!(shown.starts_with("<[REDACTED]") && shown.len() < 32, "{shown}");
}

#[test]
fn a_space_that_a_form_writes_as_a_plus_does_not_hide_a_secret() {
    assert_eq!(redacted(&knowing(&["pass word/three"]), "p=pass+word%2Fthree&q"), "p=[REDACTED]&q");
}

#[test]
fn debug_and_json_of_a_secret_are_redacted() {
    let secret = "a\"quote\\and\nline";
    let redactor = knowing(&[secret]);
    assert_eq!(redacted(&redactor, &format!("{secret:?}")), "\"[REDACTED]\"");
    assert_eq!(
        redacted(&redactor, &format!("{:?}", format!("{secret:?}"))),
        "\"\\\"[REDACTED]\\\"\""
    );
    assert_eq!(
        redacted(&redactor, &serde_json::json!({ "a": secret }).to_string()),
        r#"{"a":"[REDACTED]"}"#
    );
}

#[test]
fn a_secret_is_forgotten_when_its_last_holder_lets_go() {
    let redactor = Redactor::new();
    let secret = SecretString::from(SECRET);
    let first = redactor.guard(&secret).unwrap();
    let second = redactor.clone().guard(&secret).unwrap();
    drop(first);
    assert_eq!(redactor.redact(SECRET), "[REDACTED]");
    drop(second);
    assert_eq!(redactor.redact(SECRET), SECRET);
    redactor.forget(&secret);
    redactor.register(&secret).unwrap();
    assert_eq!(redactor.redact(SECRET), "[REDACTED]", "forgetting too often does not count");
}

#[test]
fn clones_share_their_secrets() {
    let redactor = Redactor::new();
    redactor.clone().register(&SecretString::from(SECRET)).unwrap();
    assert_eq!(redactor.redact(SECRET), "[REDACTED]");
}

#[test]
fn a_short_secret_is_refused() {
    let redactor = Redactor::new();
    for short in ["", "1234567", " 1234567\n"] {
        assert_eq!(redactor.register(&SecretString::from(short)), Err(TooShort));
    }
    assert_eq!(redactor.redact("1234567"), "1234567");
}

#[test]
fn white_space_around_a_secret_does_not_hide_it() {
    assert_eq!(redacted(&knowing(&["the-secret\n"]), "x the-secret y"), "x [REDACTED] y");
}

#[test]
fn a_line_of_a_key_is_a_secret_too() {
    let lines: Vec<String> = (0..3).map(|n| format!("{n}{}", "aB3/".repeat(15))).collect();
    let key = format!(
        "-----BEGIN EC PRIVATE {0}-----\n{1}\n-----END EC PRIVATE {0}-----\n",
        "KEY",
        lines.join("\n")
    );
    let redactor = knowing(&[&key]);
    assert_eq!(redacted(&redactor, &format!("bad line 2: {}", lines[1])), "bad line 2: [REDACTED]");
    assert_eq!(redacted(&redactor, "-----BEGIN EC"), "-----BEGIN EC");
}

#[test]
fn the_password_in_a_registered_url_is_a_secret_too() {
    let redactor = knowing(&["postgres://user:long%2Dpassword@host/db"]);
    assert_eq!(redacted(&redactor, "password long-password failed"), "password [REDACTED] failed");
    assert_eq!(redacted(&redactor, "at postgres://user:long%2Dpassword@host/db"), "at [REDACTED]");
}

#[test]
fn a_secret_that_is_part_of_a_placeholder_does_no_harm() {
    let redactor = knowing(&["REDACTED", "TOKEN] abc"]);
    assert_eq!(redacted(&redactor, "REDACTED [REDACTED] x"), "[REDACTED] [REDACTED] x");
    assert_eq!(redacted(&redactor, "[REDACTED-GH-TOKEN] abc"), "[REDACTED-GH-TOKEN] abc");
}

#[test]
fn debug_says_nothing_of_a_secret() {
    let redactor = knowing(&[SECRET]);
    assert_eq!(format!("{redactor:?}"), "Redactor { secrets: 1 }");
    let registration = redactor.guard(&SecretString::from(SECRET)).unwrap();
    assert!(!format!("{registration:?}").contains("hunter2"));
}
