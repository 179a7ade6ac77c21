//! The list of what happened to a proposal. An event's id grows with time, so the order of the ids is the order of the times.

use pullwright_pg::{
    Queries,
    listing::{Listing, Shown},
};
use pullwright_rpc::list::{Cursor, Direction, Field, Kind, List, Schema, Sort, Value};
use uuid::Uuid;

use super::{By, Listed, apply, argument, page};
use crate::{
    error::Result,
    store::events::{Event, from_row},
};

/// What the list of events can be asked for.
pub const SCHEMA: Schema = Schema {
    fields: &[
        Field::equal("kind", Kind::Text),
        Field::equal("actor", Kind::Text),
        Field::at_least("created_at", Kind::Time),
    ],
    sorts: &[Sort::by_id("created_at")],
    default_direction: Direction::Ascending,
    id: Kind::Number,
    default_size: 100,
    most: 1000,
};

const SHOWN: Shown = Shown { columns: "events.*", joins: "" };

/// A page of a proposal's events.
///
/// # Errors
/// The database refused.
pub async fn events(
    client: &impl Queries,
    proposal_id: Uuid,
    list: &List,
) -> Result<Listed<Event>> {
    let listing = Listing::of("events", "id").compare("proposal_id =", proposal_id);
    let fetched =
        apply(list, listing, compare, By::Nothing).fetch(client, list.fetch(), SHOWN).await?;
    let read = |row: &_| Ok(from_row(row));
    page(list, &fetched.rows, fetched.total, read, |event| {
        Cursor::new(None, Value::Number(event.id))
    })
}

fn compare(listing: Listing, field: &'static str, value: &Value) -> Listing {
    let left = match field {
        "kind" => "kind =",
        "actor" => "actor =",
        _ => "created_at >=",
    };
    listing.compare(left, argument(value))
}
