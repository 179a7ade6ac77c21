//! Lists against their meaning in plain Rust, and against everything that a caller can send.

mod filters;
mod pages;
mod tokens;

use super::{Direction, Field, Given, Kind, List, Schema, Sort};
use crate::Violation;

const STATES: &[&str] = &["open", "closed", "merged"];

const SCHEMA: Schema = Schema {
    fields: &[
        Field::equal("name", Kind::Text),
        Field::equal("state", Kind::Word(STATES)),
        Field::equal("owner_id", Kind::Id),
        Field::equal("version", Kind::Number),
        Field::equal("is_live", Kind::Bool),
        Field::at_least("created_at", Kind::Time),
    ],
    sorts: &[
        Sort::by("created_at", Kind::Time),
        Sort::by("name", Kind::Text),
        Sort::by_nullable("state", Kind::Word(STATES)),
        Sort::by_id("age"),
    ],
    default_direction: Direction::Descending,
    id: Kind::Id,
    default_size: 50,
    most: 200,
};

fn filter(filter: &str) -> Result<List, Vec<Violation>> {
    SCHEMA.read(Given { filter, ..Given::default() })
}

/// The field and rule of the one violation there is.
fn refusal(read: Result<List, Vec<Violation>>) -> (String, String) {
    let mut violations = read.unwrap_err();
    let first = violations.remove(0);
    assert!(violations.is_empty(), "{violations:?}");
    (first.field, first.rule)
}
