//! Pages of lists: one statement each, whatever is shown beside a row. What a list can be asked for is its schema; a request that
//! was read against it knows no other names.

mod deliveries;
mod events;
mod proposals;
mod studies;
mod totals;
mod watched_repositories;

use pullwright_pg::{
    Row,
    listing::{Argument, Listing, Order},
};
use pullwright_rpc::list::{Cursor, Direction, Key, List, Operator, Page, Value};

pub use deliveries::{SCHEMA as DELIVERIES, deliveries};
pub use events::{SCHEMA as EVENTS, events};
pub use proposals::{SCHEMA as PROPOSALS, proposals};
pub use studies::{SCHEMA as STUDIES, studies};
pub use watched_repositories::{
    Looked, SCHEMA as WATCHED_REPOSITORIES, WatchedRepository, watched_repositories,
};

use crate::error::Result;

/// A page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed<R> {
    /// The page.
    pub page: Page<R>,
    /// How many rows there are on all pages.
    pub total: i64,
}

/// Puts filter, order and place of a request into a statement; `compare` says what a field's comparison is in SQL.
fn apply(
    list: &List,
    listing: Listing,
    compare: impl Fn(Listing, &'static str, &Value) -> Listing,
    order: By,
) -> Listing {
    let descends = list.order.direction == Direction::Descending;
    let (order, is_by_id) = match (list.order.sort.key, order) {
        (Key::Id, _) => (Order::Id { descends }, true),
        (_, By::Nothing) => (Order::Id { descends: true }, true),
        (Key::Value { is_nullable, .. }, By::Column(name)) => {
            (Order::Column { name, is_nullable, descends }, false)
        }
    };
    let filtered = list.filter.iter().fold(listing.order(order), |listing, comparison| {
        compare(listing, comparison.field, &comparison.value)
    });
    match &list.after {
        None => filtered,
        Some(Cursor { id, .. }) if is_by_id => filtered.after(None, argument(id)),
        Some(Cursor { value, id }) => filtered.after(value.as_ref().map(argument), argument(id)),
    }
}

/// What the rows of a page are ordered by, before their ids.
#[derive(Debug, Clone, Copy)]
enum By {
    /// This column.
    Column(&'static str),
    /// Nothing: the filter leaves one value, so that only the ids order them.
    Nothing,
}

impl By {
    /// What a list asks for; columns are named as sorts are.
    fn of(list: &List) -> Self {
        let name = list.order.sort.name;
        match list.filter.iter().find(|comparison| comparison.field == name) {
            Some(comparison) if comparison.operator == Operator::Equal => Self::Nothing,
            _ => Self::Column(name),
        }
    }
}

fn argument(value: &Value) -> Argument {
    match value {
        Value::Text(text) => text.clone().into(),
        Value::Word(word) => (*word).into(),
        Value::Id(id) => (*id).into(),
        Value::Time(time) => (*time).into(),
        Value::Bool(truth) => (*truth).into(),
        Value::Number(number) => (*number).into(),
    }
}

fn page<R>(
    list: &List,
    rows: &[Row],
    total: i64,
    read: impl Fn(&Row) -> Result<R>,
    place: impl Fn(&R) -> Cursor,
) -> Result<Listed<R>> {
    let rows = rows.iter().map(read).collect::<Result<_>>()?;
    Ok(Listed { page: list.page(rows, place), total })
}
