//! Page tokens: what we write comes back, what others write is refused.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use proptest::prelude::*;
use rstest::rstest;
use uuid::Uuid;

use super::{SCHEMA, STATES, refusal};
use crate::list::{Cursor, Given, Kind, List, Value};

const ID: &str = "0197a1f0-0000-7000-8000-000000000001";

fn read(page_token: &str, order_by: &str) -> Result<List, Vec<crate::Violation>> {
    SCHEMA.read(Given { page_token, order_by, ..Given::default() })
}

fn id() -> Value {
    Value::Id(ID.parse::<Uuid>().unwrap())
}

#[test]
fn a_token_is_base64_of_a_value_and_an_id() {
    let time = Kind::Time.read("2026-01-31T12:00:00.000120Z").unwrap();
    let token = Cursor::new(Some(time), id()).token();
    assert_eq!(token, URL_SAFE_NO_PAD.encode(format!(r#"["2026-01-31T12:00:00.000120Z","{ID}"]"#)));
    let null = Cursor::new(None, id());
    assert_eq!(null.token(), URL_SAFE_NO_PAD.encode(format!(r#"[null,"{ID}"]"#)));
    assert_eq!(read(&null.token(), "state").unwrap().after, Some(null.clone()));
    assert_eq!(read(&null.token(), "age").unwrap().after, Some(null));
    assert_eq!(read("", "").unwrap().after, None);
}

#[rstest]
#[case(r#"["2026-01-31T12:00:00Z"]"#, "a JSON array of a value and an id")]
#[case(r#"["2026-01-31T12:00:00Z", "ID", 1]"#, "a JSON array of a value and an id")]
#[case(r#"{"a": 1}"#, "a JSON array of a value and an id")]
#[case(r#"["2026-01-31T12:00:00Z", "ID"] "x""#, "a JSON array of a value and an id")]
#[case("", "a JSON array of a value and an id")]
#[case(r#"[true, "ID"]"#, "its value is none of `created_at`")]
#[case(r#"[1, "ID"]"#, "its value is none of `created_at`")]
#[case(r#"[null, "ID"]"#, "its value is none of `created_at`")]
#[case(r#"["pending", "ID"]"#, "its value must be a point in time")]
#[case(r#"["-009998-01-01T00:00:00Z", "ID"]"#, "its value must be a point in time")]
#[case(r#"["2026-01-31T12:00:00Z", 7]"#, "its id must be a string")]
#[case(r#"["2026-01-31T12:00:00Z", null]"#, "its id must be a string")]
#[case(r#"["2026-01-31T12:00:00Z", "x"]"#, "its id must be a UUID")]
fn a_token_that_no_page_gave_is_refused(#[case] json: &str, #[case] reason: &str) {
    let token = URL_SAFE_NO_PAD.encode(json.replace("ID", ID));
    // Empty text is the first page; an empty JSON text is not.
    let token = if token.is_empty() { URL_SAFE_NO_PAD.encode(" ") } else { token };
    let (field, rule) = refusal(read(&token, ""));
    assert_eq!(field, "page_token");
    assert!(rule.starts_with("invalid cursor: ") && rule.contains(reason), "{rule}");
}

#[test]
fn what_is_not_base64_or_too_long_or_deep_is_refused() {
    for token in
        ["!", "a", "ab=c", "é", &"a".repeat(100_000), &URL_SAFE_NO_PAD.encode("[".repeat(6_000))]
    {
        let (field, rule) = refusal(read(token, ""));
        assert!(field == "page_token" && rule.starts_with("invalid cursor: "), "{rule}");
    }
}

#[test]
fn a_token_of_another_order_is_refused_where_it_can_be_told() {
    let word = Cursor::new(Some(Value::Word("open")), id()).token();
    assert!(read(&word, "state").is_ok());
    assert_eq!(refusal(read(&word, "created_at")).0, "page_token");
    let name = Cursor::new(Some(Value::Text("gone".to_owned())), id()).token();
    assert_eq!(refusal(read(&name, "state")).0, "page_token");
    assert_eq!(refusal(read(&name, "age")).0, "page_token");
}

proptest! {
    #[test]
    fn every_place_comes_back(name in "[^\0]{0,256}", state in prop::option::of(prop::sample::select(STATES)), id in any::<u128>()) {
        let id = Value::Id(Uuid::from_u128(id));
        for (place, order) in [
            (Cursor::new(Some(Value::Text(name)), id.clone()), "name desc"),
            (Cursor::new(state.map(Value::Word), id), "state asc"),
        ] {
            prop_assert_eq!(read(&place.token(), order).unwrap().after, Some(place));
        }
    }

    #[test]
    fn no_token_panics(text in any::<String>(), bytes in any::<Vec<u8>>(), at in any::<prop::sample::Index>(), bit in 0..8u8) {
        let mut ours = Cursor::new(Some(Value::Word("open")), id()).token().into_bytes();
        *at.get_mut(&mut ours) ^= 1 << bit;
        let (encoded, ours) = (URL_SAFE_NO_PAD.encode(&bytes), String::from_utf8_lossy(&ours).into_owned());
        for order in ["created_at", "name", "state", "age"] {
            for token in [&text, &encoded, &ours] {
                if let Err(violations) = read(token, order) {
                    prop_assert!(violations.iter().all(|one| one.rule.starts_with("invalid cursor: ")));
                }
            }
        }
    }
}
