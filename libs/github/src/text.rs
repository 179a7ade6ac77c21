//! GitHub's own words: taken out of its answers, without the credential of the call, anything shaped like one and control
//! characters, and cut. Knows no other secret.

use pullwright_redact::Redactor;
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

/// Longest text of GitHub's that is kept, in characters.
const LIMIT: usize = 2_000;
/// Most entries of a list of errors that are kept.
const ERRORS: usize = 20;

/// The text without the credential that was sent, in any of its forms: a proxy's error page may echo it.
///
/// It comes before anything else is done to the text. What a cut leaves of a credential, or what a parser makes of an escaped
/// one, nobody would recognise afterwards.
pub(crate) fn without(token: &SecretString, bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let redactor = Redactor::new();
    match (redactor.register(token), token.expose_secret()) {
        (Ok(()), _) => redactor.redact(&text).into_owned(),
        (Err(_), "") => text.into_owned(),
        (Err(_), short) => text.replace(short, "[REDACTED]"),
    }
}

/// The message of an answer: that of the JSON object, or the text as it came.
pub(crate) fn message(body: &str) -> String {
    let parsed: Option<Value> = serde_json::from_str(body).ok();
    match parsed.as_ref().and_then(|value| value["message"].as_str()) {
        Some(message) => tame(message),
        None => tame(body),
    }
}

/// The entries of an answer's `errors`, one text each.
pub(crate) fn errors(body: &str) -> Vec<String> {
    let parsed: Value = serde_json::from_str(body).unwrap_or_default();
    let entries = parsed["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    entries.iter().take(ERRORS).map(|entry| tame(&error(entry))).collect()
}

/// An entry is a text, an object with a message, or an object that names resource, field and code.
fn error(entry: &Value) -> String {
    let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    if let Some(text) = text(entry).or_else(|| text(&entry["message"])) {
        return text;
    }
    let parts: Vec<String> =
        ["resource", "field", "code"].iter().filter_map(|name| text(&entry[*name])).collect();
    if parts.is_empty() { entry.to_string() } else { parts.join(" ") }
}

/// A summary and what it sums up, in one line of bounded length.
pub(crate) fn listed(message: &str, errors: &[String]) -> String {
    if errors.is_empty() {
        message.to_owned()
    } else {
        tame(&format!("{message} ({})", errors.join("; ")))
    }
}

/// An address without user, query and fragment, where a credential could stand.
pub(crate) fn location(given: &str) -> String {
    if let Ok(mut url) = Url::parse(given) {
        url.set_query(None);
        url.set_fragment(None);
        // Both fail only for an address that cannot have a user.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        return tame(url.as_str());
    }
    tame(given.split(['?', '#']).next().unwrap_or_default())
}

/// At most 2,000 characters, with a mark where the text was cut; no control characters, which PostgreSQL (NUL) and
/// terminals take badly.
fn tame(text: &str) -> String {
    let mut shown = text.trim().chars().filter(|c| *c == '\n' || !c.is_control());
    let mut kept: String = shown.by_ref().take(LIMIT).collect();
    if shown.next().is_some() {
        kept.pop();
        kept.push('…');
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_on_a_character_and_marked() {
        let cut = message(&"é".repeat(3_000));
        assert_eq!(cut.chars().count(), LIMIT);
        assert!(cut.ends_with("é…"));
        assert_eq!(message(&"é".repeat(LIMIT)), "é".repeat(LIMIT));
    }

    #[test]
    fn control_characters_are_left_out() {
        assert_eq!(message("{\"message\":\"a\\u0000b\\u001b[2Jc\\nd\"}"), "ab[2Jc\nd");
    }

    #[test]
    fn no_cut_and_no_parser_leaves_a_piece_of_an_encoded_credential() {
        let value: String = ('a'..='z').chain('0'..='9').collect();
        let token = SecretString::from(value.clone());
        let escaped: String = value.bytes().map(|byte| format!("\\u{byte:04x}")).collect();
        let percent: String = value.bytes().map(|byte| format!("%{byte:02x}")).collect();
        for form in [value, escaped, percent] {
            for shift in 0..form.len() {
                let body = format!("{}{form}", ".".repeat(LIMIT - shift));
                let shown = message(&without(&token, body.as_bytes()));
                let end = shown.trim_start_matches('.').trim_end_matches('…');
                assert!("[REDACTED]".starts_with(end), "{shift}: {shown}");
            }
            let moved = location(&without(&token, format!("https://x.example/{form}").as_bytes()));
            assert_eq!(moved, "https://x.example/[REDACTED]");
        }
    }

    #[test]
    fn a_credential_too_short_for_the_redactor_goes_as_it_is() {
        assert_eq!(without(&"short".into(), b"a short text"), "a [REDACTED] text");
        assert_eq!(without(&"".into(), b"a text"), "a text");
    }

    #[test]
    fn errors_come_as_texts_as_messages_and_as_codes() {
        let body = r#"{"errors":["plain",{"message":"said"},{"resource":"PullRequest","field":"head","code":"invalid"},7]}"#;
        assert_eq!(errors(body), ["plain", "said", "PullRequest head invalid", "7"]);
        assert!(errors("<html>").is_empty());
        assert!(errors(r#"{"errors":"x"}"#).is_empty());
    }

    #[test]
    fn an_address_is_shown_without_user_query_and_fragment() {
        assert_eq!(location("https://me:secret@x.example/a?token=t#f"), "https://x.example/a");
        assert_eq!(location("/repositories/1?token=t"), "/repositories/1");
    }
}
