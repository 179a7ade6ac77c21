//! Both shapes of `declared_params`, and the type check.

use rstest::rstest;

use super::*;
use crate::Change;

fn declared(json: &str) -> Declared {
    Declared::parse(json).expect("declared")
}

fn to<'a>(key: &'a str, to_json: &'a str) -> Change<'a> {
    Change { key, from_json: "null", to_json }
}

fn refusal(changes: &[Change<'_>], types: &str) -> String {
    let error = check(changes, &declared(types)).expect_err("refused");
    assert_eq!(error.code(), "PARAM_NOT_IN_TEMPLATE");
    error.to_string()
}

#[test]
fn both_shapes_are_read_and_keep_their_spelling() {
    let declared = declared(
        r#"{"boost":"float","tie":{"type":"Float","min":0.10,"max":1e0,"log":true},
            "mode":{"type":"categorical","values":["a", 2.0]}}"#,
    );
    let boost = declared.get("boost").unwrap();
    assert_eq!((boost.name.as_str(), boost.rich), ("float", false));
    let tie = declared.get("tie").unwrap();
    assert_eq!((tie.name.as_str(), tie.rich), ("Float", true));
    assert_eq!((tie.min.as_deref(), tie.max.as_deref()), (Some("0.10"), Some("1e0")));
    assert_eq!(declared.get("mode").unwrap().values, ["\"a\"", "2.0"]);
    assert_eq!(declared.iter().map(|(key, _)| key).collect::<Vec<_>>(), ["boost", "mode", "tie"]);
}

#[rstest]
#[case("[]", "declared_params must be an object, but is an array")]
#[case(r#"{"a":1}"#, "declared_params 'a': a type is a string or an object with the string 'type'")]
#[case(
    r#"{"a":{"min":1}}"#,
    "declared_params 'a': a type is a string or an object with the string 'type'"
)]
#[case(
    r#"{"a":{"type":3}}"#,
    "declared_params 'a': a type is a string or an object with the string 'type'"
)]
#[case(
    r#"{"a":{"type":"categorical","values":{}}}"#,
    "declared_params 'a': 'values' must be an array, but is an object"
)]
#[case(
    r#"{"a":"int","a":"int"}"#,
    "declared_params: the key 'a' stands twice in one object of the value"
)]
fn what_declares_nothing_is_refused(#[case] json: &str, #[case] message: &str) {
    assert_eq!(Declared::parse(json).expect_err("refused").to_string(), message);
}

#[test]
fn an_undeclared_key_is_named() {
    assert_eq!(
        refusal(&[to("k", "1"), to("boost", "1")], r#"{"boost":"float"}"#),
        "config_diff key 'k' is not in the template's declared_params"
    );
}

#[test]
fn all_undeclared_keys_are_named_in_order_and_on_one_line() {
    assert_eq!(
        refusal(&[to("z", "1"), to("a\n", "1")], "{}"),
        "config_diff keys 'a\\n', 'z' are not in the template's declared_params"
    );
}

#[test]
fn a_declared_key_is_compared_as_a_whole() {
    assert!(check(&[to("a.b", "1")], &declared(r#"{"a.b":"int"}"#)).is_ok());
    assert!(refusal(&[to("a.b", "1")], r#"{"a":"int"}"#).contains("'a.b'"));
}

#[test]
fn a_missing_to_is_named() {
    let types = r#"{"a":"float","b":"float"}"#;
    assert_eq!(refusal(&[to("a", " ")], types), "config_diff key 'a': missing 'to' value");
    assert_eq!(
        refusal(&[to("b", ""), to("a", "")], types),
        "config_diff keys 'a', 'b': missing 'to' value"
    );
}

#[rstest]
#[case("float", "1")]
#[case("Number", "1.5")]
#[case("DOUBLE", "-1e-05")]
#[case("int", "-3")]
#[case("Integer", "123456789012345678901234567890")]
#[case("bool", "true")]
#[case("BOOLEAN", "false")]
#[case("string", "3")]
#[case("categorical", "[1]")]
fn a_value_of_its_type_passes(#[case] name: &str, #[case] value: &str) {
    for types in [format!("{{\"a\":\"{name}\"}}"), format!("{{\"a\":{{\"type\":\"{name}\"}}}}")] {
        assert_eq!(check(&[to("a", value)], &declared(&types)), Ok(()));
    }
}

#[rstest]
#[case("float", "true", "a boolean")]
#[case("float", "\"1\"", "a string")]
#[case("float", "null", "null")]
#[case("int", "1.5", "a number with a point or an exponent")]
#[case("int", "1.0", "a number with a point or an exponent")]
#[case("int", "1e3", "a number with a point or an exponent")]
#[case("int", "\"3\"", "a string")]
#[case("int", "true", "a boolean")]
#[case("bool", "1", "an integer")]
#[case("bool", "{}", "an object")]
fn a_value_of_another_type_is_refused(
    #[case] name: &str,
    #[case] value: &str,
    #[case] found: &str,
) {
    assert_eq!(
        refusal(&[to("a", value)], &format!("{{\"a\":\"{name}\"}}")),
        format!("config_diff key 'a': declared as {name}, but 'to' is {found}")
    );
}

#[test]
fn a_range_is_not_checked() {
    let types = declared(r#"{"a":{"type":"float","min":0,"max":1}}"#);
    assert_eq!(check(&[to("a", "7")], &types), Ok(()));
}

#[test]
fn a_to_that_is_no_json_is_refused() {
    assert_eq!(
        refusal(&[to("a", "1 2")], r#"{"a":"other"}"#),
        "config_diff key 'a': in 'to', the value is not JSON: \
         line 1, column 3: expected the end of the text, found '2'"
    );
}
