//! The list of deliveries.

use pullwright_pg::{
    Queries,
    listing::{Condition, Listing, Part},
};
use pullwright_rpc::list::{Cursor, Direction, Field, Kind, List, Schema, Sort, Value};
use uuid::Uuid;

use super::{By, Listed, apply, argument, page};
use crate::{
    domain::delivery::Outcome,
    error::Result,
    store::deliveries::{self, Shown},
};

const OUTCOMES: &[&str] = &{
    let all = Outcome::ALL;
    [
        all[0].as_str(),
        all[1].as_str(),
        all[2].as_str(),
        all[3].as_str(),
        all[4].as_str(),
        all[5].as_str(),
        all[6].as_str(),
    ]
};

/// What the list of deliveries can be asked for.
pub const SCHEMA: Schema = Schema {
    fields: &[
        Field::equal("outcome", Kind::Word(OUTCOMES)),
        Field::equal("event", Kind::Text),
        Field::equal("repository_id", Kind::Id),
        Field::equal("proposal_id", Kind::Id),
        Field::equal("delivery_id", Kind::Text),
        Field::at_least("received_at", Kind::Time),
    ],
    sorts: &[Sort::by("received_at", Kind::Time)],
    default_direction: Direction::Descending,
    id: Kind::Id,
    default_size: 50,
    most: 200,
};

/// A page of deliveries, without headers and bodies.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn deliveries(client: &impl Queries, list: &List) -> Result<Listed<Shown>> {
    let listing = apply(list, Listing::of("deliveries", "id"), compare, By::of(list));
    let listing = match totals(list) {
        Some(parts) => listing.total(parts),
        None => listing,
    };
    let fetched = listing.fetch(client, list.fetch(), deliveries::LISTED).await?;
    page(list, &fetched.rows, fetched.total, deliveries::listed, |delivery| {
        Cursor::new(Some(Value::Time(delivery.received_at)), Value::Id(delivery.id))
    })
}

fn compare(listing: Listing, field: &'static str, value: &Value) -> Listing {
    let left = match field {
        "outcome" => "outcome =",
        "event" => "event =",
        "repository_id" => "repository_id =",
        "proposal_id" => "proposal_id =",
        "delivery_id" => "guid =",
        _ => "received_at >=",
    };
    listing.compare(left, argument(value))
}

/// What is kept of the total; none when rows have to be counted, which are few then or lie side by side in an index.
fn totals(list: &List) -> Option<Vec<Part>> {
    let conditions = || {
        let compared = list.filter.iter().map(|comparison| {
            let left = match comparison.field {
                "outcome" => "outcome =",
                "event" => "event =",
                "repository_id" => "repository_id =",
                _ => return None,
            };
            // None of them stands for none.
            match comparison.value {
                Value::Id(id) if id == Uuid::nil() => None,
                _ => Some(Condition::compare(left, argument(&comparison.value))),
            }
        });
        compared.collect::<Option<Vec<_>>>()
    };
    let kept = |table, conditions| Part::Kept { column: "rows", table, conditions };
    Some(vec![
        kept("delivery_totals", conditions()?),
        kept("delivery_total_changes", conditions()?),
    ])
}
