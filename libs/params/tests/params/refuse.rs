//! What is not edited, and with which code.

use pullwright_params::{Change, Conflict, EditError, Kind, MAX_FILE_BYTES};
use rstest::rstest;

use crate::{edited, refused, to};

#[rstest]
#[case::truncated(
    b"{\n  \"a\": 1,\n",
    "line 3, column 1: expected a key in double quotes, found the end of the text"
)]
#[case::trailing_data(b"{} x", "line 1, column 4: expected the end of the text, found 'x'")]
#[case::trailing_nul(b"{}\0", "line 1, column 3: expected the end of the text, found '\\0'")]
#[case::comment(b"{} // no", "line 1, column 4: expected the end of the text, found '/'")]
#[case::latin_1(b"{\"\xe9\": 1}", "line 1, column 3: expected text in UTF-8, found byte 0xe9")]
#[case::utf_16_with_mark(
    b"\xff\xfe{\0}\0",
    "line 1, column 1: expected text in UTF-8, not UTF-16, found byte 0xff"
)]
#[case::utf_16_without_mark(
    b"{\0}\0",
    "line 1, column 2: expected a key in double quotes or '}', found '\\0'"
)]
#[case::lone_surrogate(
    b"{\"a\": \"\\ud800\"}",
    "line 1, column 8: expected a surrogate pair, found '\\\\'"
)]
#[case::two_marks(
    b"\xef\xbb\xbf\xef\xbb\xbf{}",
    "line 1, column 1: expected a value, found '\\u{feff}'"
)]
#[case::no_break_space(b"{\"a\":\xc2\xa01}", "line 1, column 6: expected a value, found '\\u{a0}'")]
fn a_malformed_file_is_refused_where_it_goes_wrong(#[case] file: &[u8], #[case] place: &str) {
    let error = refused(file, &[to("k", "1")]);
    assert_eq!(error.code(), "PARAMS_FILE_NOT_FOUND");
    assert_eq!(error.to_string(), format!("the parameter file is malformed at {place}"));
}

#[rstest]
#[case("[1]", Kind::Array)]
#[case("\"{}\"", Kind::String)]
#[case("null", Kind::Null)]
#[case(" 1\n", Kind::Number)]
fn a_file_that_holds_no_object_is_refused(#[case] file: &str, #[case] found: Kind) {
    let error = refused(file.as_bytes(), &[to("k", "1")]);
    assert_eq!(error, EditError::NotAnObject { found });
    assert_eq!(error.code(), "PARAMS_FILE_NOT_FOUND");
}

#[test]
fn a_file_may_have_5_mib_and_no_more() {
    let file = |bytes: usize| format!("{{\"k\": 1, \"s\": \"{}\"}}", "a".repeat(bytes - 17));
    assert_eq!(file(100).len(), 100);
    assert_eq!(edited(&file(MAX_FILE_BYTES), &[to("k", "2")]).len(), MAX_FILE_BYTES);
    let error = refused(file(MAX_FILE_BYTES + 1).as_bytes(), &[to("k", "2")]);
    assert_eq!(error, EditError::FileTooLarge { bytes: MAX_FILE_BYTES + 1, limit: MAX_FILE_BYTES });
    assert_eq!(error.code(), "PARAMS_FILE_NOT_FOUND");
    let error = refused(file(MAX_FILE_BYTES).as_bytes(), &[to("k", "22")]);
    assert_eq!(error, Conflict::ResultTooLarge { limit: MAX_FILE_BYTES }.into());
}

#[rstest]
#[case::through_a_number(
    "{\"a\": 1}",
    "a.b",
    "config_diff key 'a.b' leads through 'a', which is a number in the parameter file"
)]
#[case::through_null(
    "{\"a\": {\"b\": null}}",
    "a.b.c",
    "config_diff key 'a.b.c' leads through 'a.b', which is null in the parameter file"
)]
#[case::through_an_array(
    "{\"a\": [{}]}",
    "a.0",
    "config_diff key 'a.0' leads through 'a', which is an array in the parameter file"
)]
#[case::duplicate(
    "{\"a\": 1, \"a\": 1}",
    "a",
    "config_diff key 'a' is ambiguous: 'a' stands more than once in the parameter file"
)]
#[case::escaped_duplicate(
    "{\"a\": 1, \"\\u0061\": 2}",
    "a",
    "config_diff key 'a' is ambiguous: 'a' stands more than once in the parameter file"
)]
#[case::duplicate_on_the_way(
    "{\"a\": {}, \"a\": {}}",
    "a.b",
    "config_diff key 'a.b' is ambiguous: 'a' stands more than once in the parameter file"
)]
#[case::duplicate_below(
    "{\"a\": {\"b\": 1, \"b\": 1}}",
    "a.b",
    "config_diff key 'a.b' is ambiguous: 'a.b' stands more than once in the parameter file"
)]
#[case::duplicate_literal(
    "{\"a.b\": 1, \"a.b\": 1}",
    "a.b",
    "config_diff key 'a.b' is ambiguous: 'a.b' stands more than once in the parameter file"
)]
#[case::empty_key("{\"a\": 1}", "", "config_diff key '' has an empty path segment")]
#[case::dot("{\"a\": 1}", ".", "config_diff key '.' has an empty path segment")]
#[case::double_dot("{\"a\": 1}", "a..b", "config_diff key 'a..b' has an empty path segment")]
#[case::trailing_dot("{\"a\": {}}", "a.", "config_diff key 'a.' has an empty path segment")]
#[case::one_line_message(
    "{\"a\\n\": 1}",
    "a\n.b\u{1b}[31m",
    "config_diff key 'a\\n.b\\u{1b}[31m' leads through 'a\\n', which is a number in the parameter file"
)]
fn a_key_without_a_single_place_is_a_conflict(
    #[case] file: &str,
    #[case] key: &str,
    #[case] message: &str,
) {
    let error = refused(file.as_bytes(), &[to(key, "2")]);
    assert_eq!((error.code(), error.to_string()), ("PARAM_CONFLICT", message.to_owned()));
}

#[rstest]
#[case::twice("a", "a", "config_diff keys 'a' and 'a' touch the same place")]
#[case::inside("a", "a.b", "config_diff keys 'a' and 'a.b' touch the same place")]
#[case::deep_inside("a.b.c", "a", "config_diff keys 'a' and 'a.b.c' touch the same place")]
#[case::both_new("n.x", "n", "config_diff keys 'n' and 'n.x' touch the same place")]
fn changes_that_touch_the_same_place_are_a_conflict(
    #[case] first: &str,
    #[case] second: &str,
    #[case] message: &str,
) {
    for changes in [[to(first, "1"), to(second, "2")], [to(second, "2"), to(first, "1")]] {
        let error = refused(b"{\"a\": {\"b\": {\"c\": 1}}}", &changes);
        assert_eq!((error.code(), error.to_string()), ("PARAM_CONFLICT", message.to_owned()));
    }
}

#[test]
fn an_overlap_is_seen_past_keys_that_sort_between() {
    let error = refused(b"{}", &[to("a", "1"), to("a-b", "2"), to("a.b", "3")]);
    let (first, second) = ("a".to_owned(), "a.b".to_owned());
    assert_eq!(error, Conflict::Overlap { first, second }.into());
}

#[test]
fn the_error_does_not_depend_on_the_order_of_changes() {
    for pair in [[("b", "["), ("a", "1e400")], [("b..", "1"), ("a..", "1")]] {
        let [first, second] = pair.map(|(key, value)| to(key, value));
        let error = refused(b"{}", &[first, second]);
        assert_eq!(error, refused(b"{}", &[second, first]));
        assert!(error.to_string().contains("key 'a"), "{error}");
    }
}

#[test]
fn a_key_that_begins_like_another_is_no_conflict() {
    assert_eq!(edited("{\"a\": 1}", &[to("a", "2"), to("ab", "3")]), "{\"a\": 2, \"ab\": 3}");
}

#[test]
fn a_path_of_128_keys_is_made_and_a_deeper_one_is_not() {
    let path = |keys: usize| vec!["k"; keys].join(".");
    let file = edited("{}", &[to(&path(128), "1")]);
    assert_eq!(edited(&file, &[to(&path(128), "2")]), file.replace('1', "2"));
    for (key, value) in [(path(129), "1"), (path(128), "[]"), (path(1_000_000), "1")] {
        let error = refused(b"{}", &[to(&key, value)]);
        assert_eq!(error, Conflict::TooDeep { key: key.clone() }.into());
    }
}

#[rstest]
#[case::nothing_asked("{\"a\": 1}", &[])]
#[case::there_already("{\"a\": 1, \"b\": {\"c\": \"x\"}}", &[("a", "1"), ("b.c", " \"x\" ")])]
fn an_edit_that_changes_no_byte_is_refused(#[case] file: &str, #[case] pairs: &[(&str, &str)]) {
    let changes: Vec<_> = pairs.iter().map(|(key, value)| to(key, value)).collect();
    let error = refused(file.as_bytes(), &changes);
    assert_eq!((error.clone(), error.code()), (EditError::NoChange, "NO_CHANGE"));
}

#[rstest]
#[case("", "config_diff key 'a': missing 'to' value")]
#[case("1e400", "config_diff key 'a': in 'to', the number 1e400 is out of range")]
#[case(
    "1,\"b\":2",
    "config_diff key 'a': in 'to', the value is not JSON: line 1, column 2: expected the end of the text, found ','"
)]
fn a_value_that_cannot_be_written_is_refused(#[case] value: &str, #[case] message: &str) {
    let error = refused(b"{\"a\": 1}", &[to("a", value)]);
    assert_eq!((error.code(), error.to_string()), ("PARAM_NOT_IN_TEMPLATE", message.to_owned()));
}

#[test]
fn a_from_that_is_no_json_is_refused() {
    let change = Change { key: "a", from_json: "nil", to_json: "2" };
    let error = refused(b"{\"a\": 1}", &[change]);
    assert_eq!(error.code(), "PARAM_NOT_IN_TEMPLATE");
    assert!(error.to_string().starts_with("config_diff key 'a': in 'from', the value is not JSON"));
}
