//! A value that stands in the file is exchanged, and nothing else.

use rstest::rstest;

use crate::{edited, to};

#[rstest]
#[case::one_line(
    "{\"boost\": 1.0, \"tie\": 0.1}",
    "boost",
    "2.5",
    "{\"boost\": 2.5, \"tie\": 0.1}"
)]
#[case::compact("{\"b\":1,\"a\":2}", "a", "3", "{\"b\":1,\"a\":3}")]
#[case::no_final_newline("{\n  \"a\": 1\n}", "a", "2", "{\n  \"a\": 2\n}")]
#[case::two_final_newlines("{\"a\":1}\n\n", "a", "2", "{\"a\":2}\n\n")]
#[case::tabs("{\n\t\"a\":\t1\n}\n", "a", "2", "{\n\t\"a\":\t2\n}\n")]
#[case::carriage_returns("{\r\"a\": 1\r}\r", "a", "2", "{\r\"a\": 2\r}\r")]
#[case::mixed_line_endings(
    "{\r\n \"a\": 1,\n \"b\": 2\r\n}\n",
    "b",
    "3",
    "{\r\n \"a\": 1,\n \"b\": 3\r\n}\n"
)]
#[case::byte_order_mark("\u{feff}{\"a\": 1}\n", "a", "2", "\u{feff}{\"a\": 2}\n")]
#[case::trailing_white_space(
    "{ \"a\" : 1  ,\"b\":2 }  \n",
    "a",
    "9",
    "{ \"a\" : 9  ,\"b\":2 }  \n"
)]
#[case::nested("{\"x\": {\"y\": {\"z\": 1}}}", "x.y.z", "2", "{\"x\": {\"y\": {\"z\": 2}}}")]
#[case::object_for_number(
    "{\"a\": 1, \"b\": 2}",
    "a",
    " { \"t\" : 2.0 } ",
    "{\"a\": { \"t\" : 2.0 }, \"b\": 2}"
)]
#[case::number_for_object("{\"a\": {\"b\": [1, 2]}}", "a", "0", "{\"a\": 0}")]
#[case::string_with_braces("{\"s\": \"}{,\", \"a\": 1}", "a", "2", "{\"s\": \"}{,\", \"a\": 2}")]
fn only_the_token_of_the_value_differs(
    #[case] file: &str,
    #[case] key: &str,
    #[case] value: &str,
    #[case] result: &str,
) {
    assert_eq!(edited(file, &[to(key, value)]), result);
}

#[rstest]
#[case::float_of_python("{\"a\": 1e-05, \"k\": 0}", "{\"a\": 1e-05, \"k\": 1}")]
#[case::large(
    "{\"a\": 123456789012345678901234567890, \"k\": 0}",
    "{\"a\": 123456789012345678901234567890, \"k\": 1}"
)]
#[case::beyond_doubles("{\"a\": 1e400, \"k\": 0}", "{\"a\": 1e400, \"k\": 1}")]
#[case::minus_zero("{\"a\": -0.0, \"k\": 0}", "{\"a\": -0.0, \"k\": 1}")]
#[case::escapes(
    "{\"\\u00e9\\/\": \"\\u20AC\", \"k\": 0}",
    "{\"\\u00e9\\/\": \"\\u20AC\", \"k\": 1}"
)]
#[case::unicode("{\"é\": \"😀\", \"k\": 0}", "{\"é\": \"😀\", \"k\": 1}")]
#[case::duplicates_elsewhere(
    "{\"a\": 1, \"a\": 2, \"o\": {\"b\": 1, \"b\": 1}, \"k\": 0}",
    "{\"a\": 1, \"a\": 2, \"o\": {\"b\": 1, \"b\": 1}, \"k\": 1}"
)]
#[case::names_that_differ_in_case("{\"K\": 0, \"k\": 0}", "{\"K\": 0, \"k\": 1}")]
fn what_is_not_named_keeps_its_spelling(#[case] file: &str, #[case] result: &str) {
    assert_eq!(edited(file, &[to("k", "1")]), result);
}

#[rstest]
#[case("1e-05")]
#[case("123456789012345678901234567890")]
#[case("1.50")]
#[case("\"\\u00e9\"")]
#[case("{\"b\": 1,\n\"a\": 2}")]
fn a_value_is_written_as_spelled(#[case] value: &str) {
    assert_eq!(edited("{\"a\": 1}", &[to("a", value)]), format!("{{\"a\": {value}}}"));
}

#[test]
fn the_same_value_spelled_otherwise_is_a_change() {
    assert_eq!(edited("{\"a\": 1.0}", &[to("a", "1")]), "{\"a\": 1}");
}

#[test]
fn a_value_that_is_there_already_is_left_out_of_an_edit_with_others() {
    assert_eq!(
        edited("{\"a\": 1, \"b\": 2}", &[to("a", "1"), to("b", "3")]),
        "{\"a\": 1, \"b\": 3}"
    );
}

#[rstest]
#[case::literal_wins("{\"a.b\": 1, \"a\": {\"b\": 1}}", "{\"a.b\": 2, \"a\": {\"b\": 1}}")]
#[case::literal_behind("{\"a\": {\"b\": 1}, \"a.b\": 1}", "{\"a\": {\"b\": 1}, \"a.b\": 2}")]
#[case::escaped_literal("{\"a\\u002eb\": 1}", "{\"a\\u002eb\": 2}")]
#[case::path("{\"a\": {\"b\": 1}}", "{\"a\": {\"b\": 2}}")]
#[case::literal_below_the_top(
    "{\"x\": {\"a.b\": 1}, \"a\": {\"b\": 1}}",
    "{\"x\": {\"a.b\": 1}, \"a\": {\"b\": 2}}"
)]
fn a_key_with_a_dot_is_a_literal_key_if_the_file_has_it_and_a_path_otherwise(
    #[case] file: &str,
    #[case] result: &str,
) {
    assert_eq!(edited(file, &[to("a.b", "2")]), result);
}

#[rstest]
#[case::escaped("{\"\\u0062oost\": 1}", "boost", "{\"\\u0062oost\": 2}")]
#[case::surrogates("{\"\\ud83d\\ude00\": 1}", "😀", "{\"\\ud83d\\ude00\": 2}")]
#[case::control("{\"a\\n\\\"\": 1}", "a\n\"", "{\"a\\n\\\"\": 2}")]
#[case::empty("{\"\": 1}", "", "{\"\": 2}")]
#[case::dots_alone("{\"..\": 1}", "..", "{\"..\": 2}")]
#[case::no_normalisation(
    "{\"\\u00e9\": 1, \"e\\u0301\": 1}",
    "e\u{301}",
    "{\"\\u00e9\": 1, \"e\\u0301\": 2}"
)]
fn keys_are_compared_after_unescaping(#[case] file: &str, #[case] key: &str, #[case] result: &str) {
    assert_eq!(edited(file, &[to(key, "2")]), result);
}

#[test]
fn a_literal_key_and_the_object_of_its_first_part_may_both_change() {
    assert_eq!(
        edited("{\"a.b\": 1, \"a\": 1}", &[to("a.b", "2"), to("a", "3")]),
        "{\"a.b\": 2, \"a\": 3}"
    );
}
