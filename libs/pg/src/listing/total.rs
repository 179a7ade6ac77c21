//! A total that is put together from sums which somebody keeps, where counting all that pass would take too long.
//!
//! Does not know who keeps them; that they are exact in the statement's snapshot is the caller's promise.

use super::{Argument, Listing};

/// A condition of a statement.
#[derive(Debug)]
pub struct Condition {
    left: &'static str,
    argument: Option<Argument>,
}

impl Condition {
    /// One without a value.
    #[must_use]
    pub const fn holds(condition: &'static str) -> Self {
        Self { left: condition, argument: None }
    }

    /// A comparison, such as `status =`, with the argument on its right side.
    #[must_use]
    pub fn compare(left: &'static str, argument: impl Into<Argument>) -> Self {
        Self { left, argument: Some(argument.into()) }
    }
}

/// A part of a total.
#[derive(Debug)]
pub enum Part {
    /// The sum of a column over the rows of another table that pass these conditions.
    Kept {
        /// The column, of whole numbers.
        column: &'static str,
        /// The table.
        table: &'static str,
        /// What its rows must pass.
        conditions: Vec<Condition>,
    },
    /// Those of the listed rows for which these conditions hold as well, counted.
    Counted(Vec<Condition>),
}

/// A part whose arguments have their numbers.
#[derive(Debug)]
pub(super) enum Numbered {
    Kept { column: &'static str, table: &'static str, conditions: String },
    Counted(String),
}

impl Listing {
    /// Works out the total as the sum of these parts, from which exceptions are still taken off, instead of counting what passes.
    #[must_use]
    pub fn total(mut self, parts: Vec<Part>) -> Self {
        let numbered = parts
            .into_iter()
            .map(|part| match part {
                Part::Kept { column, table, conditions } => {
                    Numbered::Kept { column, table, conditions: self.all_of(conditions) }
                }
                Part::Counted(conditions) => Numbered::Counted(self.all_of(conditions)),
            })
            .collect();
        self.parts = Some(numbered);
        self
    }

    fn all_of(&mut self, conditions: Vec<Condition>) -> String {
        conditions
            .into_iter()
            .map(|condition| format!(" AND ({})", self.number(condition)))
            .collect()
    }

    /// The condition's text, its argument taken.
    pub(super) fn number(&mut self, Condition { left, argument }: Condition) -> String {
        match argument {
            None => left.to_owned(),
            Some(argument) => format!("{left} ${}", self.take(argument)),
        }
    }

    /// How many rows pass: those that pass the conditions, without those of them that are an exception.
    pub(super) fn total_sql(&self, conditions: &str) -> String {
        let count = |more: &str| {
            format!("(SELECT count(*) FROM {} WHERE true{conditions}{more})", self.table)
        };
        let all = match &self.parts {
            None => count(""),
            Some(parts) => {
                let terms: Vec<_> = parts
                    .iter()
                    .map(|part| match part {
                        Numbered::Kept { column, table, conditions } => {
                            format!("(SELECT coalesce(sum({column}), 0)::bigint FROM {table} WHERE true{conditions})")
                        }
                        Numbered::Counted(more) => count(more),
                    })
                    .collect();
                terms.join(" + ")
            }
        };
        match self.exceptions[..] {
            [] => all,
            _ => format!("{all} - {}", count(&format!(" AND ({})", self.exceptions.join(" OR ")))),
        }
    }
}
