//! Repositories as the registry knows them, copied, with what runners learned of their hooks.

use jiff::Timestamp;
use pullwright_pg::Row;
use uuid::Uuid;

use super::{Queries, Transaction};
use crate::error::Result;

/// A repository that the registry lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: Uuid,
    /// The host's web address.
    pub host: String,
    /// Its owner.
    pub owner: String,
    /// Its name.
    pub name: String,
    /// GitHub's id of it; 0 before the first contact.
    pub github_id: i64,
    /// Changes with every update.
    pub etag: String,
    /// Whether it has a webhook secret.
    pub has_webhook: bool,
    /// GitHub's id of its hook, as somebody else may have reported it; 0 when nobody did.
    pub webhook_id: i64,
}

/// A repository that is looked after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// Its id.
    pub id: Uuid,
    /// The host's web address.
    pub host: String,
    /// Its owner.
    pub owner: String,
    /// Its name.
    pub name: String,
    /// GitHub's id of it; 0 before the first contact.
    pub github_id: i64,
    /// GitHub's id of its hook; 0 when none is registered.
    pub webhook_id: i64,
    /// Which secret its hook was given; empty when it is not known.
    pub secret_version: String,
}

/// Those of the listed repositories that are new here, were deleted here, or changed.
///
/// # Errors
/// The database refused.
pub async fn changed(client: &impl Queries, listed: &[Listed]) -> Result<Vec<Uuid>> {
    const SQL: &str = "
        SELECT told.id
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::boolean[])
             AS told(id, host, owner, name, github_id, etag, has_webhook)
        LEFT JOIN repositories AS kept ON kept.id = told.id
        WHERE kept.id IS NULL
           OR kept.deleted_at IS NOT NULL
           OR (kept.host, kept.owner, kept.name, kept.github_id, kept.etag, kept.has_webhook)
              IS DISTINCT FROM (told.host, told.owner, told.name, told.github_id, told.etag, told.has_webhook)";
    let columns = Columns::of(listed);
    let rows = client
        .query(
            SQL,
            &[
                &columns.ids,
                &columns.hosts,
                &columns.owners,
                &columns.names,
                &columns.github_ids,
                &columns.etags,
                &columns.have_webhooks,
            ],
        )
        .await?;
    Ok(rows.iter().map(|row| row.get("id")).collect())
}

/// Writes repositories as they are listed; those that are there keep what runners learned.
///
/// # Errors
/// The database refused.
pub async fn write(tx: &Transaction<'_>, listed: &[Listed]) -> Result<()> {
    const SQL: &str = "
        INSERT INTO repositories (id, host, owner, name, github_id, etag, has_webhook, webhook_id)
        SELECT *
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::boolean[], $8::bigint[])
        ON CONFLICT (id) DO UPDATE
        SET host = excluded.host,
            owner = excluded.owner,
            name = excluded.name,
            github_id = excluded.github_id,
            etag = excluded.etag,
            has_webhook = excluded.has_webhook,
            deleted_at = NULL,
            changed_at = now()";
    let columns = Columns::of(listed);
    tx.execute(
        SQL,
        &[
            &columns.ids,
            &columns.hosts,
            &columns.owners,
            &columns.names,
            &columns.github_ids,
            &columns.etags,
            &columns.have_webhooks,
            &columns.webhook_ids,
        ],
    )
    .await?;
    Ok(())
}

/// Marks as deleted what is not among `ids`, unless it came after `listed_at`: a list that was made before says nothing of it. Gives
/// how many were marked.
///
/// # Errors
/// The database refused.
pub async fn delete_others(
    tx: &Transaction<'_>,
    ids: &[Uuid],
    listed_at: Timestamp,
) -> Result<u64> {
    const SQL: &str = "
        UPDATE repositories
        SET deleted_at = now(), changed_at = now()
        WHERE deleted_at IS NULL
          AND changed_at < $2
          AND id <> ALL($1)";
    Ok(tx.execute(SQL, &[&ids, &listed_at]).await?)
}

/// One that is looked after.
///
/// # Errors
/// The database refused.
pub async fn get(client: &impl Queries, id: Uuid) -> Result<Option<Repository>> {
    const SQL: &str = "
        SELECT id, host, owner, name, github_id, webhook_id, secret_version
        FROM repositories
        WHERE id = $1 AND deleted_at IS NULL";
    Ok(client.query_opt(SQL, &[&id]).await?.as_ref().map(from_row))
}

/// A repository as a delivery names it.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    /// The host's web address.
    pub host: &'a str,
    /// Its full name, `owner/name`; may be empty.
    pub full_name: &'a str,
    /// GitHub's id of it, which decides where it is said.
    pub github_id: Option<i64>,
}

/// The ids of those of the named repositories that are looked after, by their places.
///
/// # Errors
/// The database refused.
pub async fn of(client: &impl Queries, named: &[Named<'_>]) -> Result<Vec<Option<Uuid>>> {
    const SQL: &str = "
        WITH named AS (
            SELECT *
            FROM unnest($1::text[], $2::text[], $3::bigint[]) WITH ORDINALITY AS named (host, full_name, github_id, place)
        )
        SELECT DISTINCT ON (place) place, id
        FROM (
            SELECT named.place, repositories.id
            FROM named
            JOIN repositories ON repositories.host = named.host AND repositories.github_id = named.github_id
            WHERE repositories.deleted_at IS NULL
            UNION ALL
            SELECT named.place, repositories.id
            FROM named
            JOIN repositories ON repositories.host = named.host AND lower(repositories.full_name) = lower(named.full_name)
            WHERE repositories.deleted_at IS NULL AND named.github_id IS NULL
        ) AS found
        ORDER BY place, id";
    let hosts: Vec<_> = named.iter().map(|one| one.host).collect();
    let names: Vec<_> = named.iter().map(|one| one.full_name).collect();
    let github_ids: Vec<_> = named.iter().map(|one| one.github_id).collect();
    let mut ids = vec![None; named.len()];
    for row in client.query(SQL, &[&hosts, &names, &github_ids]).await? {
        let place = usize::try_from(row.get::<_, i64>("place") - 1).unwrap_or(usize::MAX);
        if let Some(id) = ids.get_mut(place) {
            *id = Some(row.get("id"));
        }
    }
    Ok(ids)
}

/// Writes down how a runner left the hook; another hook has another log of deliveries, which nobody has read yet.
///
/// # Errors
/// The database refused.
pub async fn set_webhook(
    tx: &Transaction<'_>,
    id: Uuid,
    webhook_id: i64,
    secret_version: &str,
) -> Result<()> {
    // Before the log itself, as whoever has read it does.
    const BEGIN_ANEW: &str = "
        UPDATE looks
        SET next_at = LEAST(next_at, now()), distance = NULL
        WHERE kind = 'fill_delivery_gaps'
          AND subject = $1
          AND $2 <> (SELECT webhook_id FROM repositories WHERE id = $1)";
    const SQL: &str = "
        WITH other AS (
            DELETE FROM delivery_logs
            WHERE owner_id = $1
              AND $2 <> (SELECT webhook_id FROM repositories WHERE id = $1)
        ), elsewhere AS (
            DELETE FROM logged_deliveries
            WHERE owner_id = $1
              AND $2 <> (SELECT webhook_id FROM repositories WHERE id = $1)
        )
        UPDATE repositories
        SET webhook_id = $2, secret_version = $3
        WHERE id = $1";
    const READ_ITS_LOG: &str = "
        INSERT INTO looks (kind, subject)
        SELECT 'fill_delivery_gaps', id
        FROM repositories
        WHERE id = $1 AND deleted_at IS NULL AND has_webhook AND webhook_id > 0
        ON CONFLICT (kind, subject) DO NOTHING";
    tx.execute(BEGIN_ANEW, &[&id, &webhook_id]).await?;
    tx.execute(SQL, &[&id, &webhook_id, &secret_version]).await?;
    tx.execute(READ_ITS_LOG, &[&id]).await?;
    Ok(())
}

/// The first segments of branches that were ever used in a repository.
///
/// # Errors
/// The database refused.
pub async fn brands(client: &impl Queries, id: Uuid) -> Result<Vec<String>> {
    const SQL: &str = "
        SELECT DISTINCT brand
        FROM generations
        WHERE repository_id = $1
        ORDER BY brand";
    Ok(client.query(SQL, &[&id]).await?.iter().map(|row| row.get("brand")).collect())
}

/// Listed repositories, column by column.
#[derive(Default)]
struct Columns<'a> {
    ids: Vec<Uuid>,
    hosts: Vec<&'a str>,
    owners: Vec<&'a str>,
    names: Vec<&'a str>,
    github_ids: Vec<i64>,
    etags: Vec<&'a str>,
    have_webhooks: Vec<bool>,
    webhook_ids: Vec<i64>,
}

impl<'a> Columns<'a> {
    fn of(listed: &'a [Listed]) -> Self {
        let mut columns = Self::default();
        for one in listed {
            columns.ids.push(one.id);
            columns.hosts.push(&one.host);
            columns.owners.push(&one.owner);
            columns.names.push(&one.name);
            columns.github_ids.push(one.github_id);
            columns.etags.push(&one.etag);
            columns.have_webhooks.push(one.has_webhook);
            columns.webhook_ids.push(one.webhook_id);
        }
        columns
    }
}

fn from_row(row: &Row) -> Repository {
    Repository {
        id: row.get("id"),
        host: row.get("host"),
        owner: row.get("owner"),
        name: row.get("name"),
        github_id: row.get("github_id"),
        webhook_id: row.get("webhook_id"),
        secret_version: row.get("secret_version"),
    }
}
