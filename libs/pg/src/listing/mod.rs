//! Lists as statements: filtered, ordered, one page from a place on, and how many rows there are in all, in one round trip.
//!
//! Names of tables, columns and conditions are `'static` texts of the program and everything else is a parameter, so that nothing a caller
//! says becomes SQL. Does not know how a caller writes filters, orders or page tokens.
//!
//! A page that begins after a row is put together from *segments*: the rest of the rows that tie with it, then all that come later, then
//! those without a value where these come last. Each is one range of an index on (key, id), so a deep page costs what the first one does;
//! one condition with `OR` would read everything before the page.

mod argument;
mod statement;
mod total;

pub use argument::Argument;
pub use total::{Condition, Part};

use tokio_postgres::Row;

use crate::{Queries, Result};

/// A list of one table's rows.
#[derive(Debug)]
pub struct Listing {
    table: &'static str,
    id: &'static str,
    conditions: Vec<String>,
    exceptions: Vec<&'static str>,
    within: Option<&'static str>,
    parts: Option<Vec<total::Numbered>>,
    arguments: Vec<Argument>,
    order: Order,
    after: Option<Place>,
}

/// What orders the rows.
#[derive(Debug, Clone, Copy)]
pub enum Order {
    /// The id.
    Id {
        /// The largest first.
        descends: bool,
    },
    /// A column, then the id, the largest first.
    Column {
        /// The column.
        name: &'static str,
        /// Whether it can be NULL; such rows come first when ascending and last when descending.
        is_nullable: bool,
        /// The largest first.
        descends: bool,
    },
}

/// The last row of the page before, as parameter numbers.
#[derive(Debug, Clone, Copy)]
struct Place {
    value: Option<usize>,
    id: usize,
}

/// What is shown of a row.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    /// The columns, with their tables' names.
    pub columns: &'static str,
    /// `LEFT JOIN`s that add other tables' columns to the listed rows; may be empty.
    pub joins: &'static str,
}

/// A page as it came, with one row too many when there are more.
#[derive(Debug)]
pub struct Fetched {
    /// The rows.
    pub rows: Vec<Row>,
    /// How many there are on all pages.
    pub total: i64,
}

impl Listing {
    /// All rows of a table, the largest id first.
    #[must_use]
    pub fn of(table: &'static str, id: &'static str) -> Self {
        Self {
            table,
            id,
            conditions: Vec::new(),
            exceptions: Vec::new(),
            within: None,
            parts: None,
            arguments: Vec::new(),
            order: Order::Id { descends: true },
            after: None,
        }
    }

    /// Leaves the rows for which a condition holds.
    #[must_use]
    pub fn when(mut self, condition: &'static str) -> Self {
        self.conditions.push(condition.to_owned());
        self
    }

    /// Leaves out the few rows for which a condition, which is never NULL, holds.
    ///
    /// They are counted and taken off, which costs less than to look at each row that stays.
    #[must_use]
    pub fn unless(mut self, condition: &'static str) -> Self {
        self.exceptions.push(condition);
        self
    }

    /// Tells where in the order the rows lie that pass; every row that passes must lie there, so that it changes no answer.
    ///
    /// It lets the index of the order begin and end at the range.
    #[must_use]
    pub fn within(mut self, range: &'static str) -> Self {
        self.within = Some(range);
        self
    }

    /// Leaves the rows for which a comparison holds, such as `status =`, with the argument on its right side.
    #[must_use]
    pub fn compare(mut self, left: &'static str, argument: impl Into<Argument>) -> Self {
        let condition = self.number(Condition::compare(left, argument));
        self.conditions.push(condition);
        self
    }

    /// Orders the rows.
    #[must_use]
    pub fn order(mut self, order: Order) -> Self {
        self.order = order;
        self
    }

    /// Begins after the row of this id, whose column of the order has this value.
    #[must_use]
    pub fn after(mut self, value: Option<Argument>, id: impl Into<Argument>) -> Self {
        let value = value.map(|value| self.take(value));
        self.after = Some(Place { value, id: self.take(id.into()) });
        self
    }

    /// Fetches at most `most` rows.
    ///
    /// # Errors
    /// The database refused.
    pub async fn fetch(self, client: &impl Queries, most: i64, shown: Shown) -> Result<Fetched> {
        let sql = self.sql(most, shown);
        let parameters: Vec<_> = self.arguments.iter().map(Argument::parameter).collect();
        let mut rows = client.query_once(&sql, &parameters).await?;
        let total = rows.first().map_or(0, |row| row.get("listed_total"));
        // A page without rows is one row that has the total alone.
        rows.retain(|row| row.get("is_listed"));
        Ok(Fetched { rows, total })
    }

    fn take(&mut self, argument: Argument) -> usize {
        self.arguments.push(argument);
        self.arguments.len()
    }
}
