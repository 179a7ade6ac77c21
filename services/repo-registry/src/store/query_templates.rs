//! Rows of `query_templates`.

use pullwright_pg::{Queries, Row, Transaction};
use uuid::Uuid;

use super::{get, newest};
use crate::{
    domain::{NewQueryTemplate, Page, PageSize, QueryTemplate},
    error::Result,
};

/// Writes the next version of a template and gives it back.
pub async fn insert(
    tx: &Transaction<'_>,
    id: Uuid,
    new: &NewQueryTemplate,
) -> Result<QueryTemplate> {
    // Whoever comes second for the same name waits until the first has committed, and counts after it.
    const LOCK: &str =
        "SELECT pg_advisory_xact_lock(hashtextextended('query_templates ' || $1, 0))";
    const SQL: &str = "
        INSERT INTO query_templates (id, name, version, engine_type, body, declared_params_json)
        SELECT $1, $2, COALESCE(max(version), 0) + 1, $3, $4, $5
        FROM query_templates
        WHERE name = $2
        RETURNING *";
    tx.query_one(LOCK, &[&new.name]).await?;
    let row = tx
        .query_one(SQL, &[&id, &new.name, &new.engine_type, &new.body, &new.declared_params_json])
        .await?;
    from_row(&row)
}

/// The query template of this id.
pub async fn find(client: &impl Queries, id: Uuid) -> Result<Option<QueryTemplate>> {
    const SQL: &str = "SELECT * FROM query_templates WHERE id = $1";
    client.query_opt(SQL, &[&id]).await?.as_ref().map(from_row).transpose()
}

/// The newest query templates.
pub async fn list(client: &impl Queries, size: PageSize) -> Result<Page<QueryTemplate>> {
    const SQL: &str = "
        SELECT *, count(*) OVER () AS total
        FROM query_templates
        ORDER BY created_at DESC, id DESC
        LIMIT $1";
    newest(client, SQL, size, from_row).await
}

fn from_row(row: &Row) -> Result<QueryTemplate> {
    Ok(QueryTemplate {
        id: get(row, "id")?,
        name: get(row, "name")?,
        version: get(row, "version")?,
        engine_type: get(row, "engine_type")?,
        body: get(row, "body")?,
        declared_params_json: get(row, "declared_params_json")?,
        created_at: get(row, "created_at")?,
    })
}
