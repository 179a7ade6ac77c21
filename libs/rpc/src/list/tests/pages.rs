//! Pages of lists: every row once, whatever ties, nulls and sizes there are.

use jiff::Timestamp;
use proptest::prelude::*;
use uuid::Uuid;

use super::{SCHEMA, STATES};
use crate::list::{Given, Page, Value};

#[derive(Debug, Clone, PartialEq)]
struct Row {
    id: u128,
    name: String,
    state: Option<&'static str>,
    second: i64,
}

impl Row {
    fn value(&self, field: &str) -> Option<Value> {
        match field {
            "name" => Some(Value::Text(self.name.clone())),
            "state" => self.state.map(Value::Word),
            "created_at" => Timestamp::from_second(self.second).ok().map(Value::Time),
            _ => None,
        }
    }
}

/// Few values, so that there are many ties.
fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (any::<u128>(), "[ab]{0,2}", prop::option::of(prop::sample::select(STATES)), 0..3i64)
        .prop_map(|(id, name, state, second)| Row { id, name, state, second });
    prop::collection::vec(row, 0..40).prop_map(|mut rows| {
        rows.sort_by_key(|row| row.id);
        rows.dedup_by_key(|row| row.id);
        rows
    })
}

fn page(rows: &[Row], given: Given<'_>) -> (Page<Row>, i64) {
    let id = |row: &Row| Value::Id(Uuid::from_u128(row.id));
    SCHEMA.read(given).unwrap().of_all(rows.to_vec(), id, Row::value)
}

/// All pages, one after the other; between two of them `change` may touch the rows.
fn walk(rows: &mut Vec<Row>, given: Given<'_>, mut change: impl FnMut(&mut Vec<Row>)) -> Vec<Row> {
    let (mut seen, mut token) = (Vec::new(), String::new());
    loop {
        let (page, total) = page(rows, Given { page_token: &token, ..given });
        assert_eq!(usize::try_from(total).unwrap(), rows.len());
        assert_eq!(page.has_more, !page.next_page_token.is_empty());
        assert!(!page.has_more || page.rows.len() == usize::try_from(given.page_size).unwrap());
        seen.extend(page.rows);
        if !page.has_more {
            return seen;
        }
        token = page.next_page_token;
        change(rows);
    }
}

const ORDERS: [&str; 8] = [
    "created_at asc",
    "created_at desc",
    "name asc",
    "name desc",
    "state asc",
    "state desc",
    "age asc",
    "age desc",
];

proptest! {
    #[test]
    fn any_page_size_shows_every_row_once_and_in_order(mut rows in rows(), page_size in 1..12i32, order in prop::sample::select(&ORDERS)) {
        let seen = walk(&mut rows, Given { page_size, order_by: order, ..Given::default() }, |_| ());
        let mut expected = rows.clone();
        let descends = order.ends_with("desc");
        expected.sort_by(|one, other| {
            let key = match order.split(' ').next() {
                Some("created_at") => one.second.cmp(&other.second),
                Some("name") => one.name.cmp(&other.name),
                Some("state") => one.state.cmp(&other.state),
                _ => one.id.cmp(&other.id),
            };
            (if descends { key.reverse() } else { key }).then(other.id.cmp(&one.id))
        });
        prop_assert_eq!(seen, expected);
    }

    #[test]
    fn rows_that_come_and_go_between_pages_repeat_and_hide_no_other(mut rows in rows(), page_size in 1..6i32, order in prop::sample::select(&ORDERS), mut came in prop::collection::vec(any::<u128>(), 0..10)) {
        let before = rows.clone();
        let mut gone = Vec::new();
        let seen = walk(&mut rows, Given { page_size, order_by: order, ..Given::default() }, |rows| {
            if let Some(id) = came.pop().filter(|id| rows.iter().all(|row| row.id != *id)) {
                rows.push(Row { id, name: "a".to_owned(), state: None, second: 1 });
                gone.push(rows.remove(0).id);
            }
        });
        let mut ids: Vec<_> = seen.iter().map(|row| row.id).collect();
        ids.sort_unstable();
        let shown = ids.len();
        ids.dedup();
        prop_assert_eq!(ids.len(), shown, "a row was shown twice");
        for row in before.iter().filter(|row| !gone.contains(&row.id)) {
            prop_assert!(ids.contains(&row.id), "a row was never shown");
        }
    }
}

#[test]
fn a_full_last_page_does_not_promise_more_and_a_full_page_does_not_hide_any() {
    let row = |id| Row { id, name: String::new(), state: None, second: 0 };
    let sizes = |rows: u128| {
        let rows: Vec<_> = (0..rows).map(row).collect();
        let (page, _) = page(&rows, Given { page_size: 200, ..Given::default() });
        (page.rows.len(), page.has_more)
    };
    assert_eq!((sizes(199), sizes(200), sizes(201)), ((199, false), (200, false), (200, true)));
}
