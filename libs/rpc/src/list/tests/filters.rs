//! Filters and orders.

use jiff::Timestamp;
use proptest::prelude::*;
use rstest::rstest;
use uuid::Uuid;

use super::{SCHEMA, filter, refusal};
use crate::{
    Violation,
    list::{Direction, Given, Operator, Value},
};

#[test]
fn comparisons_are_joined_by_and() {
    let owner = "0197a1f0-0000-7000-8000-000000000001";
    let text = format!(
        r#" name = "a \"b\" \\ c" AND state=open AND owner_id = '{owner}'
            AND version = 3 AND is_live = YES AND created_at >= 2026-01-31T12:00:00+01:00 "#
    );
    let read = filter(&text).unwrap().filter;
    let values: Vec<_> =
        read.iter().map(|one| (one.field, one.operator, one.value.clone())).collect();
    let noon: Timestamp = "2026-01-31T11:00:00Z".parse().unwrap();
    assert_eq!(
        values,
        [
            ("name", Operator::Equal, Value::Text(r#"a "b" \ c"#.to_owned())),
            ("state", Operator::Equal, Value::Word("open")),
            ("owner_id", Operator::Equal, Value::Id(owner.parse::<Uuid>().unwrap())),
            ("version", Operator::Equal, Value::Number(3)),
            ("is_live", Operator::Equal, Value::Bool(true)),
            ("created_at", Operator::AtLeast, Value::Time(noon)),
        ]
    );
    assert_eq!(filter(&text).unwrap().wanted("version"), Some(&Value::Number(3)));
    assert_eq!(filter("").unwrap().filter, []);
}

#[rstest]
#[case("age = 1", "filter", "there is no field `age`")]
#[case("name = a OR name = b", "filter", "`OR` is not supported")]
#[case("NOT name = a", "filter", "`NOT` is not supported")]
#[case("-name = a", "filter", "`-` is not supported")]
#[case("(name = a)", "filter", "`(` is not supported")]
#[case("name = a)", "filter", "`)` is not supported")]
#[case("name = a version = 1", "filter", "must have AND between comparisons")]
#[case("name = a AND", "filter", "must not end with AND")]
#[case("name = a AND name = b", "filter", "must compare `name` once")]
#[case("\"name\" = a", "filter", "a field's name")]
#[case("name = \"a", "filter", "must close its quotation marks")]
#[case(r#"name = "a\n""#, "filter", "after a backslash")]
#[case("name", "filter.name", "must be compared with `=`")]
#[case("name =", "filter.name", "a word or a \"quoted text\"")]
#[case("name != a", "filter.name", "not `!=`")]
#[case("name : a", "filter.name", "not `:`")]
#[case("created_at = 2026-01-31T12:00:00Z", "filter.created_at", "must be compared with `>=`")]
#[case("created_at >= yesterday", "filter.created_at", "must be a point in time")]
#[case("created_at >= \"0000-01-01T00:00:00Z\"", "filter.created_at", "must be a point in time")]
#[case("created_at >= \"-9999-01-02T00:00:00Z\"", "filter.created_at", "must be a point in time")]
#[case("state = gone", "filter.state", "must be one of `open`, `closed`, `merged`")]
#[case("state = open; DROP TABLE proposals", "filter", "must have AND between comparisons")]
#[case("owner_id = {0197a1f0-0000-7000-8000-000000000001}", "filter.owner_id", "a word or")]
#[case("owner_id = 0197a1f0000070008000000000000001", "filter.owner_id", "must be a UUID")]
#[case("is_live = maybe", "filter.is_live", "must be `true` or `false`")]
#[case("is_live = 2", "filter.is_live", "must be `true` or `false`")]
#[case("version = 1.5", "filter.version", "must be a whole number")]
#[case("name = \"a\0\"", "filter.name", "must not contain NUL")]
fn what_is_no_filter_is_refused_with_its_reason(
    #[case] text: &str,
    #[case] field: &str,
    #[case] reason: &str,
) {
    let (refused, rule) = refusal(filter(text));
    assert_eq!(refused, field, "{rule}");
    assert!(rule.contains(reason), "{rule}");
}

#[rstest]
#[case("", "created_at", Direction::Descending)]
#[case("name", "name", Direction::Ascending)]
#[case(" name   desc ", "name", Direction::Descending)]
#[case("state asc", "state", Direction::Ascending)]
fn an_order_is_a_field_and_a_direction(
    #[case] order_by: &str,
    #[case] name: &str,
    #[case] direction: Direction,
) {
    let order = SCHEMA.read(Given { order_by, ..Given::default() }).unwrap().order;
    assert_eq!((order.sort.name, order.direction), (name, direction));
}

#[rstest]
#[case("version")]
#[case("name, state")]
#[case("name descending")]
#[case("name desc desc")]
#[case("NAME")]
fn an_unknown_order_is_refused_with_the_known_ones(#[case] order_by: &str) {
    let (field, rule) = refusal(SCHEMA.read(Given { order_by, ..Given::default() }));
    assert_eq!(field, "order_by");
    assert!(rule.contains("`created_at`, `name`, `state`, `age`"), "{rule}");
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let given = Given { page_size: -1, page_token: "x", filter: "x = 1", order_by: "name" };
    let fields: Vec<_> =
        SCHEMA.read(given).unwrap_err().into_iter().map(|one: Violation| one.field).collect();
    assert_eq!(fields, ["page_size", "filter", "page_token"]);
}

#[test]
fn a_page_has_from_one_to_two_hundred_rows() {
    let size = |page_size| SCHEMA.read(Given { page_size, ..Given::default() });
    assert_eq!(size(0).unwrap().size, 50);
    assert_eq!((size(1).unwrap().size, size(200).unwrap().fetch()), (1, 201));
    for wrong in [-1, 201, i32::MIN, i32::MAX] {
        assert_eq!(refusal(size(wrong)).0, "page_size");
    }
}

proptest! {
    #[test]
    fn any_text_survives_quotation(name in "[^\0]*") {
        let quoted = name.replace('\\', "\\\\").replace('"', "\\\"");
        let read = filter(&format!("name = \"{quoted}\" AND version=7"));
        if quoted.len() < 4000 {
            let read = read.unwrap();
            prop_assert_eq!(read.wanted("name"), Some(&Value::Text(name)));
        }
    }

    #[test]
    fn no_filter_and_no_order_panics(filter in any::<String>(), order_by in any::<String>(), words in prop::collection::vec(
        prop::sample::select(vec!["name", "state", "created_at", "=", ">=", "AND", "OR", "\"", "'", "\\", "open", "(", "é", " ", ":", "\0"]), 0..12)) {
        let _ = SCHEMA.read(Given { filter: &filter, order_by: &order_by, ..Given::default() });
        let _ = SCHEMA.read(Given { filter: &words.concat(), order_by: &words.join(" "), ..Given::default() });
    }
}
