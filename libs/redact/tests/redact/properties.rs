//! Promises that hold for any secret and any text around it.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD},
};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;

use crate::{knowing, redacted};

const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
const URI: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'%').add(b'\\');

fn base64s(text: &str) -> Vec<String> {
    [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD]
        .iter()
        .map(|engine| engine.encode(text))
        .collect()
}

/// The ways in which encoders write a text.
fn encodings(text: &str) -> Vec<String> {
    let unquoted = |text: String| text[1..text.len() - 1].to_owned();
    let json = |text: &str| unquoted(serde_json::to_string(text).unwrap());
    let every = |byte: u8| format!("%{byte:02X}");
    let ascii = |c: char| {
        let mut units = [0; 2];
        c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect::<String>()
    };
    let percent = utf8_percent_encode(text, COMPONENT).to_string();
    let mut forms = vec![
        text.to_owned(),
        percent.clone(),
        percent.to_lowercase().chars().zip(percent.chars()).fold(String::new(), lower_hex),
        utf8_percent_encode(text, NON_ALPHANUMERIC).to_string(),
        utf8_percent_encode(text, URI).to_string(),
        utf8_percent_encode(&percent, COMPONENT).to_string(),
        text.bytes().map(every).collect(),
        json(text),
        json(text).replace('/', "\\/"),
        text.chars().map(ascii).collect(),
        json(&json(text)),
        unquoted(format!("{text:?}")),
        utf8_percent_encode(&json(text), COMPONENT).to_string(),
        json(&percent),
        text.bytes().map(|byte| format!("{byte:02x}")).collect(),
        text.bytes().map(|byte| format!("{byte:02X}")).collect(),
    ];
    for base64 in base64s(text) {
        forms.push(utf8_percent_encode(&base64, COMPONENT).to_string());
        forms.push(base64.replace('/', "\\/"));
        forms.push(base64);
    }
    forms
}

/// Lower case for hexadecimal digits after a `%` alone.
fn lower_hex(mut done: String, (lower, c): (char, char)) -> String {
    let hex = done.ends_with('%') || (done.len() > 1 && done.as_bytes()[done.len() - 2] == b'%');
    done.push(if hex { lower } else { c });
    done
}

/// Whether any encoding of the secret is still in a text.
fn survives(secret: &str, text: &str) -> Option<String> {
    encodings(secret).into_iter().find(|form| text.contains(form.as_str()))
}

fn secret() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z0-9_-]{8,60}",
        "[!-~]{8,40}",
        "[!-~]([ -~]|[éλ😀]){8,40}[!-~]",
        "gh[ps]_[A-Za-z0-9]{36}",
        Just("aaaaaaaaaaaa".to_owned()),
        Just("abababababababababababababababababab".to_owned()),
    ]
    .prop_filter("a placeholder is no secret", |secret| !secret.contains("[REDACTED"))
}

fn around() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~]{0,20}", "\\PC{0,20}", "[\\\\%u0-9a-f\"]{0,12}", Just(String::new())]
}

/// Text that brushes against every pattern.
fn hostile() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "gh",
        "p_",
        "s_",
        "ghs_",
        "github_pat_",
        "sk-",
        "AAAAAAAAAAAAAAAAAAAA",
        "a1B2c3D4e5F6g7H8i9",
        "://",
        "https",
        ":",
        "@",
        "user",
        " ",
        "\n",
        "\\",
        "\"",
        "%",
        "5F",
        "eyJ",
        ".",
        "authorization: ",
        "basic ",
        "Bearer ",
        "x",
        "-----BEGIN ",
        "PRIVATE KEY",
        "-----",
        "-----END ",
        "[REDACTED]",
        "[REDACTED-GH-TOKEN]",
        "[REDACTED",
        "]",
        "é",
        "secret-one",
        "one-secret",
        "cmV0LW9u",
        "\\u0073ecret-one",
        "%73ecret-one",
        "eC1hY2Nlc3MtdG9rZW46",
    ]);
    prop::collection::vec(words, 0..40).prop_map(|words| words.concat())
}

// Failures are not written down: a file would hold token-shaped text.
proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_encoding_of_a_secret_survives(secret in secret(), before in around(), after in around()) {
        let redactor = knowing(&[&secret]);
        for form in encodings(&secret) {
            let shown = redacted(&redactor, &format!("{before} {form} {after}"));
            let left = survives(&secret, &shown);
            prop_assert!(left.is_none(), "{left:?} of {secret:?} is left of {form:?} in {shown:?}");
        }
    }

    #[test]
    fn no_base64_of_a_text_with_a_secret_gives_it_away(
        secret in secret(), before in "[ -~]{0,9}", after in "[ -~]{0,9}",
    ) {
        let redactor = knowing(&[&secret]);
        for form in base64s(&format!("{before}{secret}{after}")) {
            let shown = redacted(&redactor, &form);
            prop_assert!(shown.contains("[REDACTED"), "{form} became {shown}");
            // What is left may hold the neighbours: never more characters than they fill.
            let left: usize = shown.replace("[REDACTED]", "").len();
            prop_assert!(left <= 4 * (before.len() + after.len()).div_ceil(3) + 4, "{form} became {shown}");
        }
    }

    #[test]
    fn several_secrets_run_together_are_all_gone(secrets in prop::collection::vec(secret(), 1..5)) {
        let texts: Vec<&str> = secrets.iter().map(String::as_str).collect();
        let redactor = knowing(&texts);
        for joined in [secrets.concat(), secrets.join(" "), secrets.join("\\"), secrets.join("%")] {
            let shown = redacted(&redactor, &joined);
            for secret in &secrets {
                prop_assert!(!shown.contains(secret.as_str()), "{secret:?} is left in {shown:?}");
            }
        }
    }

    #[test]
    fn redacting_twice_is_redacting_once(text in hostile()) {
        redacted(&knowing(&["secret-one", "one-secret", "\\secret\"one"]), &text);
    }

    #[test]
    fn any_text_is_redacted_without_a_panic(text in "\\PC{0,200}|[\\\\%u{}0-9a-fA-F]{0,100}") {
        redacted(&knowing(&["😀😀😀", "0123456789abcdef"]), &text);
    }

    #[test]
    fn ordinary_words_are_not_touched(text in "([a-z]{1,12}[ ,.\n]{1,2}){0,40}") {
        let redactor = knowing(&["A-Secret-Of-Another-Kind"]);
        prop_assert_eq!(redactor.redact(&text), text.as_str());
    }
}
