//! What a credential may look like when it leaks: as it is, encoded in every way that the system has, or cut.
//!
//! Written apart from `libs/redact`, whose work is judged here.

use aho_corasick::AhoCorasick;
use base64::{
    Engine,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Half of a classic token: what a cut text leaves of a credential is a leak too, if it is as long as this.
const PIECE: usize = 20;
/// The user with which git sends a token.
const USER: &str = "x-access-token:";

/// A form of a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Form {
    /// Which credential it is.
    pub(super) of: String,
    /// How it is written.
    pub(super) how: &'static str,
    /// What is looked for.
    pub(super) text: String,
}

/// Every way to write a credential.
pub(super) fn forms(of: &str, value: &str) -> Vec<Form> {
    let json = serde_json::to_string(value).expect("a text is JSON");
    let each_byte = |mark: &str| value.bytes().map(|byte| format!("{mark}{byte:02x}")).collect();
    let each_byte_upper = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let mut all: Vec<(&'static str, String)> = vec![
        ("plain", value.to_owned()),
        ("JSON-escaped", json[1..json.len() - 1].to_owned()),
        ("Debug-escaped", format!("{value:?}").trim_matches('"').to_owned()),
        ("JSON-escaped throughout", each_byte("\\u00")),
        ("percent-encoded", utf8_percent_encode(value, NON_ALPHANUMERIC).to_string()),
        ("percent-encoded in lower case", lower(value)),
        ("percent-encoded throughout", each_byte("%")),
        ("percent-encoded throughout in upper case", each_byte_upper),
        ("form-encoded", value.replace(' ', "+")),
        ("hex", hex::encode(value)),
        ("hex in upper case", hex::encode_upper(value)),
    ];
    for before in 0..3 {
        all.push(("base64", core(&STANDARD_NO_PAD, value, before)));
        all.push(("base64 for URLs", core(&URL_SAFE_NO_PAD, value, before)));
    }
    all.push(("base64 with git's user", STANDARD_NO_PAD.encode(format!("{USER}{value}"))));
    let pieces: Vec<_> =
        all.iter().flat_map(|(how, text)| pieces(how, text, value.len())).collect();
    all.extend(pieces);
    let forms = all.into_iter().map(|(how, text)| Form { of: of.to_owned(), how, text });
    forms.collect()
}

/// The beginning and the end, where each stands for [`PIECE`] characters of the credential. The user that git sends is none.
fn pieces(how: &str, text: &str, length: usize) -> Vec<(&'static str, String)> {
    let piece = PIECE * text.len() / length;
    if how == "base64 with git's user" || length < 2 * PIECE {
        return Vec::new();
    }
    let ends = [("a cut beginning", &text[..piece]), ("a cut end", &text[text.len() - piece..])];
    ends.map(|(how, piece)| (how, piece.to_owned())).into()
}

fn lower(value: &str) -> String {
    let encoded = |byte: u8| match byte {
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02x}"),
    };
    value.bytes().map(encoded).collect()
}

/// The characters of base64 that the value alone decides when so many bytes stand before it.
fn core(engine: &impl Engine, value: &str, before: usize) -> String {
    let text = format!("{}{value}", &"\0\0"[..before]);
    let encoded = engine.encode(&text);
    encoded[(8 * before).div_ceil(6)..8 * text.len() / 6].to_owned()
}

/// Looks for many forms at once.
pub(super) struct Needles {
    forms: Vec<Form>,
    automaton: AhoCorasick,
}

impl Needles {
    pub(super) fn new(forms: Vec<Form>) -> Self {
        let automaton =
            AhoCorasick::new(forms.iter().map(|form| &form.text)).expect("not too many");
        Self { forms, automaton }
    }

    /// What stands in a text, each form once.
    pub(super) fn find(&self, text: &[u8]) -> Vec<&Form> {
        let mut found: Vec<usize> = self
            .automaton
            .find_overlapping_iter(text)
            .map(|hit| hit.pattern().as_usize())
            .collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|at| &self.forms[at]).collect()
    }
}

#[test]
fn every_form_is_found_in_the_middle_of_a_text() {
    for super::families::Credential { family, value } in super::families::all() {
        let needles = Needles::new(forms(family, &value));
        for form in forms(family, &value) {
            let found = needles.find(format!("x{}y", form.text).as_bytes()).len();
            assert!(found > 0, "{form:?}");
        }
    }
}

#[test]
fn base64_is_found_whatever_stands_around() {
    let value = super::families::words();
    let needles = Needles::new(forms("words", &value));
    for before in 0..7 {
        for after in 0..4 {
            let text = format!("{}{value}{}", &"abcdefg"[..before], &"hijk"[..after]);
            for encoded in [STANDARD_NO_PAD.encode(&text), URL_SAFE_NO_PAD.encode(&text)] {
                assert!(!needles.find(encoded.as_bytes()).is_empty(), "{before} {after}");
            }
        }
    }
}

#[test]
fn another_credential_and_ordinary_text_are_not_found() {
    for (one, other) in super::families::all().iter().zip(super::families::all()) {
        let needles = Needles::new(forms(one.family, &one.value));
        for form in forms(other.family, &other.value) {
            let found = needles.find(form.text.as_bytes());
            // All stateless tokens of an app begin alike.
            let whole = |found: &&Form| found.how != "a cut beginning";
            assert!(!found.iter().any(whole), "{found:?} in {form:?}");
        }
        assert!(needles.find(b"[REDACTED] x-access-token:[REDACTED-GH-TOKEN]").is_empty());
    }
}
