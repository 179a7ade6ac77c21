//! What the file held is compared with what was expected, and reported, never held against the edit.

use pullwright_params::{Change, Drift, edit};
use rstest::rstest;

fn drift(file: &str, key: &str, from_json: &str) -> Vec<Drift> {
    let change = Change { key, from_json, to_json: "\"new\"" };
    edit(file.as_bytes(), &[change]).expect("drift never blocks").drift
}

#[rstest]
#[case::as_spelled("{\"a\": 1.0}", "1.0")]
#[case::equal_number("{\"a\": 1}", "1.0e0")]
#[case::equal_string("{\"a\": \"\\u0078\"}", "\"x\"")]
#[case::order_of_keys("{\"a\": {\"x\": 1, \"y\": [2]}}", "{\"y\":[2.0],\"x\":1}")]
#[case::absent("{}", "null")]
#[case::null("{\"a\": null}", " null ")]
#[case::nothing_expected("{\"a\": 1}", "")]
fn a_file_that_holds_what_was_expected_has_no_drift(#[case] file: &str, #[case] from: &str) {
    assert_eq!(drift(file, "a", from), []);
}

#[rstest]
#[case::other_number("{\"a\": 1.50}", "1", Some("1.50"))]
#[case::lost_by_doubles("{\"a\": 9007199254740993}", "9007199254740992", Some("9007199254740993"))]
#[case::other_type("{\"a\": \"1\"}", "1", Some("\"1\""))]
#[case::absent("{}", "1", None)]
#[case::there("{\"a\": [ 1 ]}", "null", Some("[ 1 ]"))]
#[case::order_of_elements("{\"a\": [1, 2]}", "[2, 1]", Some("[1, 2]"))]
#[case::duplicate_keys("{\"a\": {\"x\": 1, \"x\": 1}}", "{\"x\": 1}", Some("{\"x\": 1, \"x\": 1}"))]
fn a_file_that_holds_something_else_has_drift(
    #[case] file: &str,
    #[case] from: &str,
    #[case] found: Option<&str>,
) {
    let expected = Drift {
        key: "a".to_owned(),
        expected_json: from.to_owned(),
        found_json: found.map(str::to_owned),
    };
    assert_eq!(drift(file, "a", from), [expected]);
}

#[test]
fn drift_is_sorted_by_key_and_counts_what_is_there_already() {
    let change = |key, to_json| Change { key, from_json: "7", to_json };
    let changes = [change("c.d", "1"), change("b", "2"), change("a", "1")];
    let drift = edit(b"{\"c\": {\"d\": 1}, \"b\": 1}", &changes).expect("edited").drift;
    assert_eq!(drift.iter().map(|drift| &drift.key).collect::<Vec<_>>(), ["a", "b", "c.d"]);
}
