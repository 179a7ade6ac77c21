//! Orders, as AIP-132 writes them: one field, then `asc` or `desc`.

use super::{Schema, Sort, value::quoted};
use crate::Violation;

/// Which end comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The smallest first.
    Ascending,
    /// The largest first.
    Descending,
}

/// The order of a list's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// What the rows are ordered by.
    pub sort: &'static Sort,
    /// Which end comes first.
    pub direction: Direction,
}

/// Reads an order; empty is the list's own, and a field without a direction ascends.
pub(super) fn parse(schema: &Schema, text: &str) -> Result<Order, Violation> {
    let refused = |rule: String| Violation::new("order_by", rule);
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let (name, direction) = match words[..] {
        [] => {
            return match schema.sorts.first() {
                Some(sort) => Ok(Order { sort, direction: schema.default_direction }),
                None => Err(refused("must be empty: this list has one order".to_owned())),
            };
        }
        [name] | [name, "asc"] => (name, Direction::Ascending),
        [name, "desc"] => (name, Direction::Descending),
        _ => {
            return Err(refused(format!(
                "must be one of {}, then `asc` or `desc`",
                quoted(&names(schema))
            )));
        }
    };
    match schema.sorts.iter().find(|sort| sort.name == name) {
        Some(sort) => Ok(Order { sort, direction }),
        None => {
            Err(refused(format!("must be one of {}, then `asc` or `desc`", quoted(&names(schema)))))
        }
    }
}

fn names(schema: &Schema) -> Vec<&'static str> {
    schema.sorts.iter().map(|sort| sort.name).collect()
}
