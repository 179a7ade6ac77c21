//! Rows of `config_repos`.

use pullwright_pg::{PgError, Queries, Row, Transaction, listing::Listing};
use pullwright_rpc::list::List;
use pullwright_types::{RepositoryName, RepositoryUrl};
use uuid::Uuid;

use super::{
    get,
    listing::{self, argument},
};
use crate::{
    Error,
    domain::{ConfigRepo, Etag, NewConfigRepo},
    error::Result,
};

/// The most repositories of one full name, one a host, that a webhook delivery is held against.
const MOST_HOSTS: i64 = 8;

/// Writes a new config repository and gives it back; a deleted one of the same repository becomes it, and keeps its id.
///
/// # Errors
/// Its name or its repository is taken.
pub async fn insert(
    tx: &Transaction<'_>,
    id: Uuid,
    new: &NewConfigRepo,
    url: &RepositoryUrl,
    auth_ref: &str,
) -> Result<ConfigRepo> {
    const SQL: &str = "
        INSERT INTO config_repos (
            id, name, provider, repo_url, host, repo_owner, repo_name,
            default_branch, pr_base_branch, auth_ref, webhook_secret_ref
        )
        VALUES ($1, $2, 'github', $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (host, lower(repo_owner), lower(repo_name)) DO UPDATE
        SET name = excluded.name, repo_url = excluded.repo_url,
            repo_owner = excluded.repo_owner, repo_name = excluded.repo_name,
            default_branch = excluded.default_branch, pr_base_branch = excluded.pr_base_branch,
            auth_ref = excluded.auth_ref, webhook_secret_ref = excluded.webhook_secret_ref,
            webhook_registration_error = NULL, created_at = excluded.created_at,
            revision = config_repos.revision + 1, updated_at = excluded.updated_at, deleted_at = NULL
        WHERE config_repos.deleted_at IS NOT NULL
        RETURNING *";
    let (owner, name) = (url.repository.owner(), url.repository.name());
    let inserted = tx
        .query_opt(
            SQL,
            &[
                &id,
                &new.name,
                &new.repo_url,
                &url.host,
                &owner,
                &name,
                &new.default_branch,
                &new.pr_base_branch,
                &auth_ref,
                &new.webhook_secret_ref,
            ],
        )
        .await;
    match inserted {
        Ok(Some(row)) => from_row(&row),
        // The name is named when both are taken.
        Ok(None) if is_name_taken(tx, &new.name).await? => {
            Err(Error::ConfigRepoNameTaken { name: new.name.clone() })
        }
        Ok(None) => Err(Error::ConfigRepoUrlTaken { url: url.to_string() }),
        Err(error) => Err(name_taken(error, &new.name)),
    }
}

async fn is_name_taken(tx: &Transaction<'_>, name: &str) -> Result<bool> {
    const SQL: &str = "SELECT 1 FROM config_repos WHERE name = $1 AND deleted_at IS NULL";
    Ok(tx.query_opt(SQL, &[&name]).await?.is_some())
}

fn name_taken(error: PgError, name: &str) -> Error {
    if error.is_conflict_on("config_repos_name_key") {
        Error::ConfigRepoNameTaken { name: name.to_owned() }
    } else {
        error.into()
    }
}

/// The config repository of this id.
pub async fn find(client: &impl Queries, id: Uuid) -> Result<Option<ConfigRepo>> {
    const SQL: &str = "SELECT * FROM config_repos WHERE id = $1 AND deleted_at IS NULL";
    client.query_opt(SQL, &[&id]).await?.as_ref().map(from_row).transpose()
}

/// The config repository of this id, which nobody else changes before the transaction ends.
pub async fn lock(tx: &Transaction<'_>, id: Uuid) -> Result<Option<ConfigRepo>> {
    const SQL: &str = "
        SELECT * FROM config_repos
        WHERE id = $1 AND deleted_at IS NULL
        FOR NO KEY UPDATE";
    tx.query_opt(SQL, &[&id]).await?.as_ref().map(from_row).transpose()
}

/// Whether there is a config repository of this id, which nobody deletes before the transaction ends.
pub async fn stays(tx: &Transaction<'_>, id: Uuid) -> Result<bool> {
    const SQL: &str = "
        SELECT 1 FROM config_repos
        WHERE id = $1 AND deleted_at IS NULL
        FOR SHARE";
    Ok(tx.query_opt(SQL, &[&id]).await?.is_some())
}

/// Writes what may change of a config repository and gives it back as it is now.
///
/// # Errors
/// Its name is taken.
pub async fn update(tx: &Transaction<'_>, repo: &ConfigRepo) -> Result<ConfigRepo> {
    const SQL: &str = "
        UPDATE config_repos
        SET name = $2, default_branch = $3, pr_base_branch = $4, auth_ref = $5, webhook_secret_ref = $6,
            revision = revision + 1, updated_at = clock_timestamp()
        WHERE id = $1
        RETURNING *";
    let ConfigRepo {
        id, name, default_branch, pr_base_branch, auth_ref, webhook_secret_ref, ..
    } = repo;
    let updated = tx
        .query_one(SQL, &[id, name, default_branch, pr_base_branch, auth_ref, webhook_secret_ref])
        .await;
    match updated {
        Ok(row) => from_row(&row),
        Err(error) => Err(name_taken(error, name)),
    }
}

/// Makes a config repository one that is there for nobody.
pub async fn delete(tx: &Transaction<'_>, id: Uuid) -> Result<()> {
    const SQL: &str = "
        UPDATE config_repos
        SET deleted_at = clock_timestamp(), revision = revision + 1, updated_at = clock_timestamp()
        WHERE id = $1";
    tx.execute(SQL, &[&id]).await?;
    Ok(())
}

/// The rows of a page of a list, one too many when there are more, and how many there are in all.
pub async fn list(client: &impl Queries, list: &List) -> Result<(Vec<ConfigRepo>, i64)> {
    let mut listing = Listing::of("config_repos", "id").when("deleted_at IS NULL");
    for comparison in &list.filter {
        let value = argument(&comparison.value);
        listing = match comparison.field {
            "name" => listing.compare("name =", value),
            "repo_url" => listing.compare("repo_url =", value),
            _ => listing.compare("created_at >=", value),
        };
    }
    listing::fetch(client, listing, list, "config_repos.*", from_row).await
}

/// The config repositories of this full name, in any case and on any host, that have a webhook secret.
pub async fn with_webhook(
    client: &impl Queries,
    repository: &RepositoryName,
) -> Result<Vec<ConfigRepo>> {
    const SQL: &str = "
        SELECT *
        FROM config_repos
        WHERE lower(repo_owner) = $1
          AND lower(repo_name) = $2
          AND webhook_secret_ref IS NOT NULL
          AND deleted_at IS NULL
        ORDER BY created_at, id
        LIMIT $3";
    let (owner, name) =
        (repository.owner().to_ascii_lowercase(), repository.name().to_ascii_lowercase());
    client.query(SQL, &[&owner, &name, &MOST_HOSTS]).await?.iter().map(from_row).collect()
}

fn from_row(row: &Row) -> Result<ConfigRepo> {
    let (owner, name): (String, String) = (get(row, "repo_owner")?, get(row, "repo_name")?);
    let repository = RepositoryName::new(&owner, &name)
        .map_err(|error| Error::Unreadable { column: "repo_name", source: error.into() })?;
    Ok(ConfigRepo {
        id: get(row, "id")?,
        name: get(row, "name")?,
        provider: get(row, "provider")?,
        repo_url: get(row, "repo_url")?,
        host: get(row, "host")?,
        repository,
        default_branch: get(row, "default_branch")?,
        pr_base_branch: get(row, "pr_base_branch")?,
        auth_ref: get(row, "auth_ref")?,
        webhook_secret_ref: get(row, "webhook_secret_ref")?,
        webhook_registration_error: get(row, "webhook_registration_error")?,
        created_at: get(row, "created_at")?,
        updated_at: get(row, "updated_at")?,
        etag: Etag::new(get(row, "revision")?),
    })
}
