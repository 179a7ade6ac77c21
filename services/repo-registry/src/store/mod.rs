//! The registry's rows: one function, one question. Knows no wire types and no secrets, only their names.

pub mod apps;
pub mod clusters;
pub mod config_repos;
mod listing;
pub mod query_templates;
pub mod secret_bindings;
pub mod webhook_secret_rotations;

use pullwright_pg::Row;

use crate::{Error, error::Result};

/// The value of a column.
fn get<'r, T: pullwright_pg::types::FromSql<'r>>(row: &'r Row, column: &'static str) -> Result<T> {
    row.try_get(column).map_err(|error| Error::Unreadable { column, source: error.into() })
}
