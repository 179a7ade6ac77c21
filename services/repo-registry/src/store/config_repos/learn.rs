//! What a runner learned from GitHub of a config repository. Only a new name is a revision.

use pullwright_pg::{PgError, Queries, Transaction};
use pullwright_types::RepositoryUrl;
use uuid::Uuid;

use crate::error::Result;

/// How a hook was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// GitHub's id of it; `None` when there is none.
    pub id: Option<i64>,
    /// Which secret it has, when that is known.
    pub secret_version: Option<String>,
    /// What is wrong and what to do about it.
    pub error: Option<String>,
}

/// What of a repository another row has already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// Its address.
    Address,
    /// Its id: it is the same repository, under a name that it had before.
    GithubId,
}

/// Keeps how a hook was found; tells whether there is such a config repository.
pub async fn report_webhook(client: &impl Queries, id: Uuid, hook: &Hook) -> Result<bool> {
    const SQL: &str = "
        UPDATE config_repos
        SET webhook_id = $2, webhook_secret_version = $3, webhook_registration_error = $4,
            webhook_checked_at = clock_timestamp()
        WHERE id = $1 AND deleted_at IS NULL";
    Ok(client.execute(SQL, &[&id, &hook.id, &hook.secret_version, &hook.error]).await? > 0)
}

/// Keeps which id GitHub has for a repository.
pub async fn learn_github_id(
    tx: &Transaction<'_>,
    id: Uuid,
    github_id: i64,
) -> Result<Result<(), Taken>> {
    const SQL: &str = "
        UPDATE config_repos
        SET github_id = $2
        WHERE id = $1";
    unless_taken(tx.execute(SQL, &[&id, &github_id]).await)
}

/// Gives a repository the name that it has on GitHub now, and keeps its id.
pub async fn take_name(
    tx: &Transaction<'_>,
    id: Uuid,
    github_id: i64,
    url: &RepositoryUrl,
) -> Result<Result<(), Taken>> {
    const SQL: &str = "
        UPDATE config_repos
        SET github_id = $2, repo_url = $3, repo_owner = $4, repo_name = $5,
            revision = revision + 1, updated_at = clock_timestamp()
        WHERE id = $1";
    let (owner, name) = (url.repository.owner(), url.repository.name());
    unless_taken(tx.execute(SQL, &[&id, &github_id, &url.to_string(), &owner, &name]).await)
}

fn unless_taken(written: Result<u64, PgError>) -> Result<Result<(), Taken>> {
    match written {
        Ok(_) => Ok(Ok(())),
        Err(error) if error.is_conflict_on("config_repos_repository_key") => {
            Ok(Err(Taken::Address))
        }
        Err(error) if error.is_conflict_on("config_repos_github_id_key") => {
            Ok(Err(Taken::GithubId))
        }
        Err(error) => Err(error.into()),
    }
}
