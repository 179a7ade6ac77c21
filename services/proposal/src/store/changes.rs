//! A proposal's diff as rows, one per parameter.

use std::collections::HashMap;

use pullwright_pg::{Queries, Row, Transaction};
use uuid::Uuid;

use crate::{domain::proposal::Change, error::Result};

/// A proposal's diff, sorted by key.
///
/// # Errors
/// The database refused.
pub async fn list(client: &impl Queries, proposal_id: Uuid) -> Result<Vec<Change>> {
    const SQL: &str = r#"
        SELECT key, from_json, to_json
        FROM proposal_changes
        WHERE proposal_id = $1
        ORDER BY key COLLATE "C""#;
    Ok(client.query(SQL, &[&proposal_id]).await?.iter().map(from_row).collect())
}

/// The diffs of several proposals, each sorted by key; one without changes is not in it.
///
/// # Errors
/// The database refused.
pub async fn list_many(
    client: &impl Queries,
    proposal_ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Change>>> {
    const SQL: &str = r#"
        SELECT proposal_id, key, from_json, to_json
        FROM proposal_changes
        WHERE proposal_id = ANY($1)
        ORDER BY key COLLATE "C""#;
    let mut changes: HashMap<Uuid, Vec<Change>> = HashMap::new();
    for row in client.query(SQL, &[&proposal_ids]).await? {
        changes.entry(row.get("proposal_id")).or_default().push(from_row(&row));
    }
    Ok(changes)
}

/// Puts a diff in the place of the one that a proposal has.
///
/// # Errors
/// The database refused.
pub async fn replace(tx: &Transaction<'_>, proposal_id: Uuid, changes: &[Change]) -> Result<()> {
    const DELETE: &str = "
        DELETE FROM proposal_changes
        WHERE proposal_id = $1";
    const INSERT: &str = "
        INSERT INTO proposal_changes (proposal_id, key, from_json, to_json)
        SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[])";
    let keys: Vec<_> = changes.iter().map(|change| change.key.as_str()).collect();
    let from: Vec<_> = changes.iter().map(|change| change.from_json.as_str()).collect();
    let to: Vec<_> = changes.iter().map(|change| change.to_json.as_str()).collect();
    tx.execute(DELETE, &[&proposal_id]).await?;
    tx.execute(INSERT, &[&proposal_id, &keys, &from, &to]).await?;
    Ok(())
}

fn from_row(row: &Row) -> Change {
    Change { key: row.get("key"), from_json: row.get("from_json"), to_json: row.get("to_json") }
}
