//! A key that is absent is inserted in the style of its siblings.

use rstest::rstest;

use crate::{edited, to};

#[rstest]
#[case::lines("{\n  \"a\": 1\n}\n", "{\n  \"a\": 1,\n  \"k\": 9\n}\n")]
#[case::crlf("{\r\n   \"a\": 1\r\n}\r\n", "{\r\n   \"a\": 1,\r\n   \"k\": 9\r\n}\r\n")]
#[case::mixed_takes_the_last_sibling(
    "{\r\n  \"a\": 1,\n    \"b\": 2\n}",
    "{\r\n  \"a\": 1,\n    \"b\": 2,\n    \"k\": 9\n}"
)]
#[case::tabs("{\n\t\"a\" : 1\n}", "{\n\t\"a\" : 1,\n\t\"k\" : 9\n}")]
#[case::no_indentation("{\n\"a\":1\n}", "{\n\"a\":1,\n\"k\":9\n}")]
#[case::blank_line_is_not_copied(
    "{\n  \"a\": 1,\n\n  \"b\": 2\n}",
    "{\n  \"a\": 1,\n\n  \"b\": 2,\n  \"k\": 9\n}"
)]
#[case::one_line("{\"a\": 1, \"b\": 2}", "{\"a\": 1, \"b\": 2, \"k\": 9}")]
#[case::compact("{\"a\":1,\"b\":2}", "{\"a\":1,\"b\":2,\"k\":9}")]
#[case::comma_alone("{\"a\": 1,\"b\": 2}", "{\"a\": 1,\"b\": 2,\"k\": 9}")]
#[case::spaced_comma("{\"a\":1 , \"b\":2}", "{\"a\":1 , \"b\":2 , \"k\":9}")]
#[case::one_member("{\"a\": 1}", "{\"a\": 1, \"k\": 9}")]
#[case::one_compact_member("{\"a\":1}", "{\"a\":1,\"k\":9}")]
#[case::padded("{ \"a\": 1 }", "{ \"a\": 1, \"k\": 9 }")]
#[case::comma_first("{ \"a\": 1\n, \"b\": 2\n}", "{ \"a\": 1\n, \"b\": 2\n, \"k\": 9\n}")]
#[case::value_on_the_next_line("{\n  \"a\":\n    1\n}", "{\n  \"a\":\n    1,\n  \"k\": 9\n}")]
#[case::brace_after_the_last_member("{\n  \"a\": 1 }", "{\n  \"a\": 1,\n  \"k\": 9 }")]
#[case::after_an_object(
    "{\n  \"a\": {\n    \"b\": 1\n  }\n}",
    "{\n  \"a\": {\n    \"b\": 1\n  },\n  \"k\": 9\n}"
)]
fn a_new_member_stands_after_the_last_one_and_looks_like_it(
    #[case] file: &str,
    #[case] result: &str,
) {
    assert_eq!(edited(file, &[to("k", "9")]), result);
}

#[rstest]
#[case::nothing("", "{\n  \"k\": 9\n}\n")]
#[case::white_space(" \n\n\t", "{\n  \"k\": 9\n}\n")]
#[case::crlf("\r\n", "{\r\n  \"k\": 9\r\n}\r\n")]
#[case::mark("\u{feff}", "\u{feff}{\n  \"k\": 9\n}\n")]
#[case::braces("{}", "{\n  \"k\": 9\n}")]
#[case::spaced_braces("{ }\n", "{\n  \"k\": 9\n}\n")]
#[case::braces_crlf("{}\r\n", "{\r\n  \"k\": 9\r\n}\r\n")]
#[case::braces_on_lines("{\n}\n", "{\n  \"k\": 9\n}\n")]
#[case::blank_line_inside("{\r\n\r\n}", "{\r\n  \"k\": 9\r\n\r\n}")]
fn an_empty_file_or_object_gets_one_member_a_line(#[case] file: &str, #[case] result: &str) {
    assert_eq!(edited(file, &[to("k", "9")]), result);
}

#[rstest]
#[case::lines("{\n    \"o\": {}\n}", "{\n    \"o\": {\n        \"k\": 9\n    }\n}")]
#[case::tabs(
    "{\r\n\t\"o\": {},\r\n\t\"z\": 1\r\n}",
    "{\r\n\t\"o\": {\r\n\t\t\"k\": 9\r\n\t},\r\n\t\"z\": 1\r\n}"
)]
#[case::one_line("{\"a\": 1, \"o\": {}}", "{\"a\": 1, \"o\": {\"k\": 9}}")]
#[case::compact("{\"a\":1,\"o\":{}}", "{\"a\":1,\"o\":{\"k\":9}}")]
#[case::padded("{ \"o\": {} }", "{ \"o\": { \"k\": 9 } }")]
#[case::space_inside("{\"o\": { }}", "{\"o\": { \"k\": 9 }}")]
#[case::break_inside("{\n  \"o\": {\n  }\n}", "{\n  \"o\": {\n    \"k\": 9\n  }\n}")]
fn an_empty_object_inside_takes_the_style_around_it(#[case] file: &str, #[case] result: &str) {
    assert_eq!(edited(file, &[to("o.k", "9")]), result);
}

#[rstest]
#[case::lines(
    "{\n  \"z\": 1\n}\n",
    "{\n  \"z\": 1,\n  \"a\": {\n    \"b\": {\n      \"c\": 9\n    }\n  }\n}\n"
)]
#[case::crlf_and_three(
    "{\r\n   \"z\": 1\r\n}",
    "{\r\n   \"z\": 1,\r\n   \"a\": {\r\n      \"b\": {\r\n         \"c\": 9\r\n      }\r\n   }\r\n}"
)]
#[case::one_line("{\"z\": 1}", "{\"z\": 1, \"a\": {\"b\": {\"c\": 9}}}")]
#[case::compact("{\"z\":1}", "{\"z\":1,\"a\":{\"b\":{\"c\":9}}}")]
#[case::padded("{ \"z\": 1 }", "{ \"z\": 1, \"a\": { \"b\": { \"c\": 9 } } }")]
#[case::partly_there(
    "{\n  \"a\": {\n    \"z\": 1\n  }\n}",
    "{\n  \"a\": {\n    \"z\": 1,\n    \"b\": {\n      \"c\": 9\n    }\n  }\n}"
)]
#[case::one_line_inside_lines(
    "{\n  \"a\": {\"z\": 1}\n}",
    "{\n  \"a\": {\"z\": 1, \"b\": {\"c\": 9}}\n}"
)]
#[case::unit_of_the_own_object(
    "{\n  \"a\": {\n      \"z\": 1\n  }\n}",
    "{\n  \"a\": {\n      \"z\": 1,\n      \"b\": {\n          \"c\": 9\n      }\n  }\n}"
)]
#[case::no_indentation("{\n\"z\": 1\n}", "{\n\"z\": 1,\n\"a\": {\n\"b\": {\n\"c\": 9\n}\n}\n}")]
#[case::unit_from_elsewhere(
    "{\n\"y\": {\n\t\"x\": 1\n},\n\"z\": 1\n}",
    "{\n\"y\": {\n\t\"x\": 1\n},\n\"z\": 1,\n\"a\": {\n\t\"b\": {\n\t\t\"c\": 9\n\t}\n}\n}"
)]
fn objects_on_the_way_are_made_in_the_style_of_the_file(#[case] file: &str, #[case] result: &str) {
    assert_eq!(edited(file, &[to("a.b.c", "9")]), result);
}

#[test]
fn an_empty_object_takes_the_style_of_its_own_place_not_of_its_last_sibling() {
    assert_eq!(
        edited("{\"o\": {},\n  \"z\": 1}", &[to("o.k", "9"), to("o.l", "8")]),
        "{\"o\": {\"k\": 9, \"l\": 8},\n  \"z\": 1}"
    );
}

#[test]
fn several_new_members_stand_in_the_order_of_their_keys() {
    let changes = [to("o.z", "1"), to("b", "2"), to("o.a", "3"), to("C", "4"), to("a", "0")];
    assert_eq!(
        edited("{\n  \"a\": 1\n}", &changes),
        "{\n  \"a\": 0,\n  \"C\": 4,\n  \"b\": 2,\n  \"o\": {\n    \"a\": 3,\n    \"z\": 1\n  }\n}"
    );
}

#[test]
fn the_last_value_may_change_while_members_are_inserted_after_it() {
    assert_eq!(
        edited("{\"a\": {\"b\": 1}}", &[to("a.b", "2"), to("a.c", "3"), to("d", "4")]),
        "{\"a\": {\"b\": 2, \"c\": 3}, \"d\": 4}"
    );
}

#[test]
fn a_new_key_is_escaped_where_json_demands_it() {
    assert_eq!(
        edited("{\"a\": 1}", &[to("q\"\\\n\u{1}é", "2")]),
        "{\"a\": 1, \"q\\\"\\\\\\n\\u0001é\": 2}"
    );
}

#[test]
fn a_new_value_is_written_as_spelled() {
    assert_eq!(
        edited("{\"a\": 1}", &[to("b", " { \"t\":2.0 }\n")]),
        "{\"a\": 1, \"b\": { \"t\":2.0 }}"
    );
}
