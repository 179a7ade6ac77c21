//! A config repository comes into being, or comes back.

use pullwright_pg::{PgError, Queries as _, Transaction};
use pullwright_types::RepositoryUrl;
use uuid::Uuid;

use super::from_row;
use crate::{
    Error,
    domain::{ConfigRepo, NewConfigRepo},
    error::Result,
};

/// Writes a new config repository and gives it back; a deleted one of the same address becomes it, and keeps its id.
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
    if let Some(revived) = revive(tx, new, url, auth_ref).await? {
        return Ok(revived);
    }
    const SQL: &str = concat!(
        "INSERT INTO config_repos (
            id, name, provider, repo_url, host, repo_owner, repo_name,
            default_branch, pr_base_branch, auth_ref, webhook_secret_ref
        )
        VALUES ($1, $2, 'github', $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (host, lower(repo_owner), lower(repo_name)) WHERE deleted_at IS NULL DO NOTHING
        RETURNING ",
        columns!()
    );
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
        Err(error) => Err(taken(error, &new.name, url)),
    }
}

/// Makes the repository that was deleted last under this address the new one; `None` when there is none, or a living one.
///
/// What GitHub told about it is not taken over: another repository may have the address by now.
async fn revive(
    tx: &Transaction<'_>,
    new: &NewConfigRepo,
    url: &RepositoryUrl,
    auth_ref: &str,
) -> Result<Option<ConfigRepo>> {
    const SQL: &str = concat!(
        "WITH named AS (
            SELECT id, deleted_at FROM config_repos
            WHERE host = $3 AND lower(repo_owner) = lower($4) AND lower(repo_name) = lower($5)
        )
        UPDATE config_repos
        SET name = $1, repo_url = $2, repo_owner = $4, repo_name = $5,
            default_branch = $6, pr_base_branch = $7, auth_ref = $8, webhook_secret_ref = $9,
            github_id = NULL, webhook_id = NULL, webhook_secret_version = NULL,
            webhook_registration_error = NULL, webhook_checked_at = NULL,
            revision = revision + 1, created_at = now(), updated_at = now(), deleted_at = NULL
        WHERE id = (SELECT id FROM named WHERE deleted_at IS NOT NULL ORDER BY deleted_at DESC, id DESC LIMIT 1)
          AND deleted_at IS NOT NULL
          AND NOT EXISTS (SELECT FROM named WHERE deleted_at IS NULL)
        RETURNING ",
        columns!()
    );
    let (owner, name) = (url.repository.owner(), url.repository.name());
    let revived = tx
        .query_opt(
            SQL,
            &[
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
    match revived {
        Ok(row) => row.as_ref().map(from_row).transpose(),
        Err(error) => Err(taken(error, &new.name, url)),
    }
}

async fn is_name_taken(tx: &Transaction<'_>, name: &str) -> Result<bool> {
    const SQL: &str = "SELECT 1 FROM config_repos WHERE name = $1 AND deleted_at IS NULL";
    Ok(tx.query_opt(SQL, &[&name]).await?.is_some())
}

fn taken(error: PgError, name: &str, url: &RepositoryUrl) -> Error {
    if error.is_conflict_on("config_repos_repository_key") {
        Error::ConfigRepoUrlTaken { url: url.to_string() }
    } else {
        super::update::name_taken(error, name)
    }
}
