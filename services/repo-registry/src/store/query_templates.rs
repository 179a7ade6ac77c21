//! Rows of `query_templates`.

use pullwright_pg::{Queries, Row, Transaction, listing::Listing};
use pullwright_rpc::list::{List, Value};
use uuid::Uuid;

use super::{
    get,
    listing::{self, argument},
};
use crate::{
    domain::{Etag, NewQueryTemplate, QueryTemplate},
    error::Result,
};

/// Lets one transaction at a time make a version of this name: who comes second waits until the first has committed, and counts after it.
pub async fn take_turns(tx: &Transaction<'_>, name: &str) -> Result<()> {
    const SQL: &str = "SELECT pg_advisory_xact_lock(hashtextextended('query_templates ' || $1, 0))";
    tx.query_one(SQL, &[&name]).await?;
    Ok(())
}

/// Writes the next version of a template and gives it back; deleted versions count, so that a number means one text for ever.
pub async fn insert(
    tx: &Transaction<'_>,
    id: Uuid,
    new: &NewQueryTemplate,
) -> Result<QueryTemplate> {
    const SQL: &str = "
        INSERT INTO query_templates (id, name, version, engine_type, body, declared_params_json)
        SELECT $1, $2, COALESCE(max(version), 0) + 1, $3, $4, $5
        FROM query_templates
        WHERE name = $2
        RETURNING *";
    let row = tx
        .query_one(SQL, &[&id, &new.name, &new.engine_type, &new.body, &new.declared_params_json])
        .await?;
    from_row(&row)
}

/// The query template of this id.
pub async fn find(client: &impl Queries, id: Uuid) -> Result<Option<QueryTemplate>> {
    const SQL: &str = "SELECT * FROM query_templates WHERE id = $1 AND deleted_at IS NULL";
    client.query_opt(SQL, &[&id]).await?.as_ref().map(from_row).transpose()
}

/// The query template of this id, which nobody else changes before the transaction ends.
pub async fn lock(tx: &Transaction<'_>, id: Uuid) -> Result<Option<QueryTemplate>> {
    const SQL: &str = "
        SELECT * FROM query_templates
        WHERE id = $1 AND deleted_at IS NULL
        FOR NO KEY UPDATE";
    tx.query_opt(SQL, &[&id]).await?.as_ref().map(from_row).transpose()
}

/// Writes what may change of one version and gives it back as it is now.
pub async fn update(tx: &Transaction<'_>, template: &QueryTemplate) -> Result<QueryTemplate> {
    const SQL: &str = "
        UPDATE query_templates
        SET body = $2, declared_params_json = $3, revision = revision + 1, updated_at = clock_timestamp()
        WHERE id = $1
        RETURNING *";
    let QueryTemplate { id, body, declared_params_json, .. } = template;
    from_row(&tx.query_one(SQL, &[id, body, declared_params_json]).await?)
}

/// Makes one version of a template one that is there for nobody.
pub async fn delete(tx: &Transaction<'_>, id: Uuid) -> Result<()> {
    const SQL: &str = "
        UPDATE query_templates
        SET deleted_at = clock_timestamp(), revision = revision + 1, updated_at = clock_timestamp()
        WHERE id = $1";
    tx.execute(SQL, &[&id]).await?;
    Ok(())
}

/// Removes one version of a template for good, whether it was deleted or not; tells whether it was there.
pub async fn purge(client: &impl Queries, id: Uuid) -> Result<bool> {
    const SQL: &str = "
        DELETE FROM query_templates
        WHERE id = $1";
    Ok(client.execute(SQL, &[&id]).await? > 0)
}

/// The rows of a page of a list, one too many when there are more, and how many there are in all.
pub async fn list(client: &impl Queries, list: &List) -> Result<(Vec<QueryTemplate>, i64)> {
    const NEWEST: &str = "NOT EXISTS (
        SELECT 1 FROM query_templates AS newer
        WHERE newer.name = query_templates.name AND newer.version > query_templates.version
          AND newer.deleted_at IS NULL)";
    const OLDER: &str = "EXISTS (
        SELECT 1 FROM query_templates AS newer
        WHERE newer.name = query_templates.name AND newer.version > query_templates.version
          AND newer.deleted_at IS NULL)";
    let mut listing = Listing::of("query_templates", "id").when("deleted_at IS NULL");
    for comparison in &list.filter {
        listing = match (comparison.field, &comparison.value) {
            ("name", value) => listing.compare("name =", argument(value)),
            ("engine_type", value) => listing.compare("engine_type =", argument(value)),
            ("version", value) => listing.compare("version =", argument(value)),
            ("latest", Value::Bool(true)) => listing.when(NEWEST),
            ("latest", _) => listing.when(OLDER),
            (_, value) => listing.compare("created_at >=", argument(value)),
        };
    }
    listing::fetch(client, listing, list, "query_templates.*", from_row).await
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
        updated_at: get(row, "updated_at")?,
        etag: Etag::new(get(row, "revision")?),
    })
}
