//! The list of studies.

use pullwright_pg::{
    Queries,
    listing::{Listing, Shown},
};
use pullwright_rpc::list::{Cursor, Direction, Field, Kind, List, Schema, Sort, Value};

use super::{By, Listed, apply, argument, page, totals};
use crate::{domain::Study, error::Result, store::studies::from_row};

/// What the list of studies can be asked for.
pub const SCHEMA: Schema = Schema {
    fields: &[
        Field::equal("name", Kind::Text),
        Field::equal("cluster_id", Kind::Id),
        Field::equal("template_id", Kind::Id),
        Field::equal(
            "status",
            Kind::Word(&["queued", "running", "completed", "cancelled", "failed"]),
        ),
        Field::equal("parent_study_id", Kind::Id),
        Field::at_least("created_at", Kind::Time),
    ],
    sorts: &[Sort::by("created_at", Kind::Time), Sort::by("name", Kind::Text)],
    default_direction: Direction::Descending,
    id: Kind::Id,
    default_size: 50,
    most: 200,
};

const SHOWN: Shown = Shown { columns: "studies.*", joins: "" };

/// A page of studies, without trials and digests.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn studies(client: &impl Queries, list: &List) -> Result<Listed<Study>> {
    let listing = apply(list, Listing::of("studies", "id"), compare, By::of(list));
    let listing = totals::keep(listing, "studies", list, None);
    let fetched = listing.fetch(client, list.fetch(), SHOWN).await?;
    page(list, &fetched.rows, fetched.total, from_row, |study| place(list, study))
}

fn compare(listing: Listing, field: &'static str, value: &Value) -> Listing {
    let left = match field {
        "name" => "name =",
        "cluster_id" => "cluster_id =",
        "template_id" => "template_id =",
        "status" => "status =",
        "parent_study_id" => "parent_study_id =",
        _ => "created_at >=",
    };
    listing.compare(left, argument(value))
}

fn place(list: &List, study: &Study) -> Cursor {
    let value = match list.order.sort.name {
        "name" => Value::Text(study.name.clone()),
        _ => Value::Time(study.created_at),
    };
    Cursor::new(Some(value), Value::Id(study.id))
}
