//! Pages: how large they are, and where the next one begins.

use super::{Cursor, List, Schema};
use crate::Violation;

/// A page of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<R> {
    /// The rows.
    pub rows: Vec<R>,
    /// The token of the next page; empty at the end.
    pub next_page_token: String,
    /// Whether there are more rows than this page and those before it show.
    pub has_more: bool,
}

impl<R> Page<R> {
    /// The same page of something else.
    pub fn map<S>(self, change: impl FnMut(R) -> S) -> Page<S> {
        Page {
            rows: self.rows.into_iter().map(change).collect(),
            next_page_token: self.next_page_token,
            has_more: self.has_more,
        }
    }
}

impl List {
    /// Makes a page of rows that were fetched in the list's order, [`List::fetch`] of them if there are as many.
    pub fn page<R>(&self, mut rows: Vec<R>, place: impl Fn(&R) -> Cursor) -> Page<R> {
        let has_more = rows.len() > self.size;
        rows.truncate(self.size);
        let last = rows.last().filter(|_| has_more);
        let next_page_token = last.map(|row| place(row).token()).unwrap_or_default();
        Page { rows, next_page_token, has_more }
    }
}

/// Reads a page's size; 0 stands for the list's own.
pub(super) fn size(schema: &Schema, given: i32) -> Result<usize, Violation> {
    let size = if given == 0 { schema.default_size } else { given };
    match usize::try_from(size) {
        Ok(rows) if (1..=schema.most).contains(&size) => Ok(rows),
        _ => {
            let (most, default) = (schema.most, schema.default_size);
            Err(Violation::new("page_size", format!("must be 1 to {most}, or 0 for {default}")))
        }
    }
}
