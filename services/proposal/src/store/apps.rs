//! GitHub Apps as the registry knows them, copied.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Queries, Transaction};
use crate::error::Result;

/// An App that the registry lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// Its id.
    pub id: Uuid,
    /// The host's web address.
    pub host: String,
    /// GitHub's id of it.
    pub github_id: i64,
    /// Its name on the host.
    pub slug: String,
    /// Whether it has a webhook secret.
    pub has_webhook: bool,
}

/// Writes Apps as they are listed and marks as deleted what is not among them; gives how many changed. One that came after `listed_at`
/// stays: a list that was made before says nothing of it.
///
/// # Errors
/// The database refused.
pub async fn sync(tx: &Transaction<'_>, listed: &[App], listed_at: Timestamp) -> Result<u64> {
    const WRITE: &str = "
        INSERT INTO apps AS kept (id, host, github_id, slug, has_webhook)
        SELECT *
        FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[], $5::boolean[])
        ON CONFLICT (id) DO UPDATE
        SET host = excluded.host,
            github_id = excluded.github_id,
            slug = excluded.slug,
            has_webhook = excluded.has_webhook,
            deleted_at = NULL,
            changed_at = now()
        WHERE kept.deleted_at IS NOT NULL
           OR (kept.host, kept.github_id, kept.slug, kept.has_webhook)
              IS DISTINCT FROM (excluded.host, excluded.github_id, excluded.slug, excluded.has_webhook)";
    const DELETE: &str = "
        UPDATE apps
        SET deleted_at = now(), changed_at = now()
        WHERE deleted_at IS NULL
          AND changed_at < $2
          AND id <> ALL($1)";
    let ids: Vec<_> = listed.iter().map(|app| app.id).collect();
    let hosts: Vec<_> = listed.iter().map(|app| app.host.as_str()).collect();
    let github_ids: Vec<_> = listed.iter().map(|app| app.github_id).collect();
    let slugs: Vec<_> = listed.iter().map(|app| app.slug.as_str()).collect();
    let have_webhooks: Vec<_> = listed.iter().map(|app| app.has_webhook).collect();
    let written = tx.execute(WRITE, &[&ids, &hosts, &github_ids, &slugs, &have_webhooks]).await?;
    Ok(written + tx.execute(DELETE, &[&ids, &listed_at]).await?)
}

/// One that is looked after.
///
/// # Errors
/// The database refused.
pub async fn get(client: &impl Queries, id: Uuid) -> Result<Option<App>> {
    const SQL: &str = "
        SELECT id, host, github_id, slug, has_webhook
        FROM apps
        WHERE id = $1 AND deleted_at IS NULL";
    let row = client.query_opt(SQL, &[&id]).await?;
    Ok(row.map(|row| App {
        id: row.get("id"),
        host: row.get("host"),
        github_id: row.get("github_id"),
        slug: row.get("slug"),
        has_webhook: row.get("has_webhook"),
    }))
}
