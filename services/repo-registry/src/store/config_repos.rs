//! Rows of `config_repos`.

use pullwright_pg::{Queries, Row, Transaction};
use pullwright_types::{RepositoryName, RepositoryUrl};
use uuid::Uuid;

use super::{get, newest};
use crate::{
    Error,
    domain::{ConfigRepo, NewConfigRepo, Page, PageSize},
    error::Result,
};

/// The most repositories of one full name, one a host, that a webhook delivery is held against.
const MOST_HOSTS: i64 = 8;

/// Writes a new config repository and gives it back.
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
        RETURNING *";
    let (owner, name) = (url.repository.owner(), url.repository.name());
    let inserted = tx
        .query_one(
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
        Ok(row) => from_row(&row),
        // PostgreSQL looks at the name's index first, as it is the older one: the name is named when both are taken.
        Err(error) if error.is_conflict_on("config_repos_name_key") => {
            Err(Error::ConfigRepoNameTaken { name: new.name.clone() })
        }
        Err(error) if error.is_conflict_on("config_repos_repository_key") => {
            Err(Error::ConfigRepoUrlTaken { url: url.to_string() })
        }
        Err(error) => Err(error.into()),
    }
}

/// The config repository of this id.
pub async fn find(client: &impl Queries, id: Uuid) -> Result<Option<ConfigRepo>> {
    const SQL: &str = "SELECT * FROM config_repos WHERE id = $1";
    client.query_opt(SQL, &[&id]).await?.as_ref().map(from_row).transpose()
}

/// The newest config repositories.
pub async fn list(client: &impl Queries, size: PageSize) -> Result<Page<ConfigRepo>> {
    const SQL: &str = "
        SELECT *, count(*) OVER () AS total
        FROM config_repos
        ORDER BY created_at DESC, id DESC
        LIMIT $1";
    newest(client, SQL, size, from_row).await
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
    })
}
