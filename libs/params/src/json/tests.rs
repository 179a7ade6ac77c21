//! The tokenizer, the comparison and the faults.

use rstest::rstest;

use super::string::unescape;
use super::*;

fn fault(text: &str) -> String {
    Document::parse(text).expect_err("not JSON").to_string()
}

fn equal(a: &str, b: &str) -> bool {
    let (a, b) = (Document::parse(a).unwrap(), Document::parse(b).unwrap());
    same(&a, a.root(), &b, b.root())
}

#[rstest]
#[case::nothing("", "line 1, column 1: expected a value, found the end of the text")]
#[case::trailing_comma(
    "{\"a\":1,}",
    "line 1, column 8: expected a key in double quotes, found '}'"
)]
#[case::trailing_comma_in_array("[1,]", "line 1, column 4: expected a value, found ']'")]
#[case::no_colon("{\"a\" 1}", "line 1, column 6: expected ':', found '1'")]
#[case::no_comma("[1 2]", "line 1, column 4: expected ',' or ']', found '2'")]
#[case::open_object("{\"a\":1", "line 1, column 7: expected ',' or '}', found the end of the text")]
#[case::wrong_bracket("[1}", "line 1, column 3: expected ',' or ']', found '}'")]
#[case::two_values("{}\n\n {}", "line 3, column 2: expected the end of the text, found '{'")]
#[case::leading_zero("01", "line 1, column 2: expected the end of the text, found '1'")]
#[case::no_fraction("1.", "line 1, column 3: expected a digit, found the end of the text")]
#[case::no_exponent("1e+", "line 1, column 4: expected a digit, found the end of the text")]
#[case::minus_alone("-x", "line 1, column 2: expected a digit, found 'x'")]
#[case::word("[nul]", "line 1, column 2: expected a value or ']', found 'n'")]
#[case::long_word("nullx", "line 1, column 5: expected the end of the text, found 'x'")]
#[case::escape("\"\\x\"", "line 1, column 3: expected an escape of JSON, found 'x'")]
#[case::hex("\"\\u12g4\"", "line 1, column 6: expected a hexadecimal digit, found 'g'")]
#[case::raw_tab("\"\t\"", "line 1, column 2: expected an escaped control character, found '\\t'")]
#[case::open_string(
    "\"ab",
    "line 1, column 4: expected the end of the string, found the end of the text"
)]
#[case::high_alone("\"\\ud800\"", "line 1, column 2: expected a surrogate pair, found '\\\\'")]
#[case::low_alone("\"\\udc00\"", "line 1, column 2: expected a surrogate pair, found '\\\\'")]
#[case::high_twice(
    "\"\\ud800\\ud800\"",
    "line 1, column 2: expected a surrogate pair, found '\\\\'"
)]
#[case::columns_are_characters(
    "\"é€😀\" x",
    "line 1, column 7: expected the end of the text, found 'x'"
)]
fn what_is_no_json_is_refused_where_it_goes_wrong(#[case] text: &str, #[case] message: &str) {
    assert_eq!(fault(text), message);
}

#[test]
fn depth_128_is_read_and_129_is_not() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert_eq!(Document::parse(&nested(128)).unwrap().depth(), 128);
    assert!(fault(&nested(129)).contains("at most 128 levels"));
}

#[test]
fn a_very_deep_text_is_refused_at_the_limit() {
    assert!(
        fault(&"{\"a\":".repeat(1_000_000)).contains("column 641: expected at most 128 levels")
    );
}

#[rstest]
#[case(r#""a\/\b\f\n\r\t\"\\""#, "a/\u{8}\u{c}\n\r\t\"\\")]
#[case(r#""\u0061\u00E9\u20ac""#, "aé€")]
#[case(r#""x\ud83d\ude00y""#, "x😀y")]
#[case(r#""\u0000""#, "\0")]
fn an_escape_stands_for_its_character(#[case] token: &str, #[case] text: &str) {
    assert_eq!(unescape(token), text);
}

#[test]
fn a_quoted_text_unescapes_to_itself() {
    let text = (0..0x120).filter_map(char::from_u32).collect::<String>() + "😀";
    assert_eq!(unescape(&quote(&text)), text);
    assert_eq!(serde_json::from_str::<String>(&quote(&text)).unwrap(), text);
}

#[rstest]
#[case("1", "1.0")]
#[case("1", "1e0")]
#[case("100", "1E+2")]
#[case("-0.0", "0")]
#[case("0e99999999999999999999", "0")]
#[case("1e-05", "0.00001")]
#[case("123456789012345678901234567890", "1.2345678901234567890123456789e29")]
#[case("1e99999999999999999999", "1e99999999999999999999")]
#[case("1e0000000000000000000000000001", "10")]
#[case("1000e9223372036854775807", "1000e9223372036854775807")]
#[case("0.1e-9223372036854775808", "0.1e-9223372036854775808")]
#[case("\"a\\/b\"", "\"\\u0061/b\"")]
#[case("{\"a\":1,\"b\":[2]}", " { \"\\u0062\" : [ 2.0 ], \"a\" : 1 } ")]
fn values_that_mean_the_same_are_equal(#[case] a: &str, #[case] b: &str) {
    assert!(equal(a, b) && equal(b, a));
}

#[rstest]
#[case("1", "\"1\"")]
#[case("0.1", "0.10000000000000001")]
#[case("9007199254740993", "9007199254740992")]
#[case("1", "-1")]
#[case("1e99999999999999999999", "1e99999999999999999998")]
#[case("true", "false")]
#[case("null", "false")]
#[case("[1,2]", "[2,1]")]
#[case("[1]", "[1,2]")]
#[case("{\"a\":1}", "{\"a\":1,\"b\":2}")]
#[case("{\"a\":1}", "{\"A\":1}")]
#[case("{\"a\":1,\"a\":1}", "{\"a\":1}")]
#[case("\"\\u00e9\"", "\"e\\u0301\"")]
fn values_that_differ_are_not_equal(#[case] a: &str, #[case] b: &str) {
    assert!(!equal(a, b) && !equal(b, a));
}

#[test]
fn reading_takes_steps_in_proportion_to_the_text() {
    for unit in ["{\"a\":", "[1,[2", "\"a\\n", "1,", " ", "{\"k\":1},", "[],"] {
        for shape in [String::new(), "[".to_owned()] {
            let text = shape + &unit.repeat(20_000);
            let steps = steps::of(|| Document::parse(&text).is_ok());
            assert!(steps <= 2 * text.len() + 2, "{unit:?} takes {steps} steps");
        }
    }
}
