//! Lists, read the same way by every service: page sizes, page tokens, filters (AIP-160, a part of it) and orders (AIP-132).
//!
//! A page begins after the last row of the one before (keyset), never at a number of rows, so that no page is skipped, repeated or slow
//! because it is deep. Does not know SQL: a store turns a [`List`] into a statement, see `pullwright_pg::listing`.

mod cursor;
mod filter;
mod memory;
mod order;
mod page;
mod schema;
#[cfg(test)]
mod tests;
mod value;

pub use cursor::Cursor;
pub use filter::Comparison;
pub use order::{Direction, Order};
pub use page::Page;
pub use schema::{Field, Key, Operator, Schema, Sort};
pub use value::{Kind, Value};

use crate::Violation;

/// What a request says about the page that it wants, as it came.
#[derive(Debug, Clone, Copy, Default)]
pub struct Given<'a> {
    /// `page_size`; 0 stands for the list's own.
    pub page_size: i32,
    /// `page_token`; empty for the first page.
    pub page_token: &'a str,
    /// `filter`; empty for everything.
    pub filter: &'a str,
    /// `order_by`; empty for the list's own.
    pub order_by: &'a str,
}

/// A page that is wanted; what stands in it was in the request and is known to the list.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    /// How many rows at most, 1 or more.
    pub size: usize,
    /// What every row must hold; each field at most once.
    pub filter: Vec<Comparison>,
    /// The order of the rows.
    pub order: Order,
    /// The row after which the page begins; none for the first page.
    pub after: Option<Cursor>,
}

impl List {
    /// How many rows to fetch: one more than the page shows tells whether there are more.
    #[must_use]
    pub fn fetch(&self) -> i64 {
        i64::try_from(self.size).unwrap_or(i64::MAX).saturating_add(1)
    }

    /// What a field is compared with, if it is.
    #[must_use]
    pub fn wanted(&self, field: &str) -> Option<&Value> {
        self.filter.iter().find(|comparison| comparison.field == field).map(|found| &found.value)
    }
}

impl Schema {
    /// Reads a request for a page.
    ///
    /// # Errors
    /// Everything that is wrong with it. A comparison with a wrong value is at `filter.<field>`.
    pub fn read(&self, given: Given<'_>) -> Result<List, Vec<Violation>> {
        let mut violations = Vec::new();
        let size = page::size(self, given.page_size).map_err(|one| violations.push(one)).ok();
        let filter = filter::parse(self, given.filter).map_err(|one| violations.push(one)).ok();
        let order = order::parse(self, given.order_by).map_err(|one| violations.push(one)).ok();
        // A token is read for the order it belongs to.
        let after = order.and_then(|order| {
            let read = cursor::read(self, order.sort, given.page_token);
            read.map_err(|one| violations.push(one)).ok()
        });
        match (size, filter, order, after) {
            (Some(size), Some(filter), Some(order), Some(after)) => {
                Ok(List { size, filter, order, after })
            }
            _ => Err(violations),
        }
    }
}
