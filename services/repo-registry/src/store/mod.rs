//! The registry's rows: one function, one question. Knows no wire types and no secrets, only their names.

pub mod clusters;
pub mod config_repos;
pub mod query_templates;
pub mod secret_bindings;

use pullwright_pg::{Queries, Row};

use crate::{
    Error,
    domain::{Page, PageSize},
    error::Result,
};

/// The newest rows of `sql`, whose only argument is the limit and which counts all rows in its column `total`.
async fn newest<T>(
    client: &impl Queries,
    sql: &'static str,
    size: PageSize,
    from_row: fn(&Row) -> Result<T>,
) -> Result<Page<T>> {
    let rows = client.query(sql, &[&size.limit()]).await?;
    let total = rows.first().map(|row| get(row, "total")).transpose()?.unwrap_or(0);
    Ok(Page { rows: rows.iter().map(from_row).collect::<Result<_>>()?, total })
}

/// The value of a column.
fn get<'r, T: pullwright_pg::types::FromSql<'r>>(row: &'r Row, column: &'static str) -> Result<T> {
    row.try_get(column).map_err(|error| Error::Unreadable { column, source: error.into() })
}
