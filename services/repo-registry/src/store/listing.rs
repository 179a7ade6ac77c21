//! From a list that was read to its statement.

use pullwright_pg::{
    Queries, Row,
    listing::{Argument, Fetched, Listing, Order, Shown},
};
use pullwright_rpc::list::{Direction, List, Value};

use crate::error::Result;

/// A comparison's value as a parameter.
pub(super) fn argument(value: &Value) -> Argument {
    match value {
        Value::Text(text) => text.clone().into(),
        Value::Word(word) => (*word).into(),
        Value::Id(id) => (*id).into(),
        Value::Time(time) => (*time).into(),
        Value::Bool(truth) => (*truth).into(),
        Value::Number(number) => (*number).into(),
    }
}

/// Fetches the rows of the page that `list` wants, one too many when there are more, and how many there are in all.
///
/// A list's orders are named as the columns are, and no column of them is nullable.
pub(super) async fn fetch<T>(
    client: &impl Queries,
    listing: Listing,
    list: &List,
    columns: &'static str,
    from_row: fn(&Row) -> Result<T>,
) -> Result<(Vec<T>, i64)> {
    let descends = list.order.direction == Direction::Descending;
    let listing =
        listing.order(Order::Column { name: list.order.sort.name, is_nullable: false, descends });
    let listing = match &list.after {
        Some(place) => listing.after(place.value.as_ref().map(argument), argument(&place.id)),
        None => listing,
    };
    let shown = Shown { columns, joins: "" };
    let Fetched { rows, total } = listing.fetch(client, list.fetch(), shown).await?;
    Ok((rows.iter().map(from_row).collect::<Result<_>>()?, total))
}
