//! What people change of a config repository; each change is a revision.

use pullwright_pg::{PgError, Queries as _, Transaction};
use uuid::Uuid;

use super::from_row;
use crate::{Error, domain::ConfigRepo, error::Result};

/// Writes what may change of a config repository and gives it back as it is now.
///
/// # Errors
/// Its name is taken.
pub async fn update(tx: &Transaction<'_>, repo: &ConfigRepo) -> Result<ConfigRepo> {
    const SQL: &str = concat!(
        "UPDATE config_repos
        SET name = $2, default_branch = $3, pr_base_branch = $4, auth_ref = $5, webhook_secret_ref = $6,
            revision = revision + 1, updated_at = clock_timestamp()
        WHERE id = $1
        RETURNING ",
        columns!()
    );
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

/// Makes a revision of each config repository that shares a webhook secret: what stands behind its name changed.
pub async fn touch(tx: &Transaction<'_>, secret: &str) -> Result<()> {
    const SQL: &str = "
        UPDATE config_repos
        SET revision = revision + 1, updated_at = clock_timestamp()
        WHERE webhook_secret_ref = $1 AND deleted_at IS NULL";
    tx.execute(SQL, &[&secret]).await?;
    Ok(())
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

pub(super) fn name_taken(error: PgError, name: &str) -> Error {
    if error.is_conflict_on("config_repos_name_key") {
        Error::ConfigRepoNameTaken { name: name.to_owned() }
    } else {
        error.into()
    }
}
