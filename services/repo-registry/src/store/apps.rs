//! Rows of `apps`.

use pullwright_pg::{Queries as _, Transaction};
use uuid::Uuid;

use super::get;
use crate::error::Result;

/// The id of the App that a host knows by `github_id`: the one that it has, or `new`, which it has from now on.
pub async fn id(tx: &Transaction<'_>, new: Uuid, host: &str, github_id: i64) -> Result<Uuid> {
    const INSERT: &str = "
        INSERT INTO apps (id, host, github_id)
        VALUES ($1, $2, $3)
        ON CONFLICT (host, github_id) DO NOTHING";
    // A statement of its own: it sees the row of whoever was faster, for whom INSERT has waited.
    const SQL: &str = "SELECT id FROM apps WHERE host = $1 AND github_id = $2";
    tx.execute(INSERT, &[&new, &host, &github_id]).await?;
    get(&tx.query_one(SQL, &[&host, &github_id]).await?, "id")
}
