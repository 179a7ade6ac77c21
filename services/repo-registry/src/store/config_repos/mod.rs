//! Rows of `config_repos`: looked up here, written beside.

/// The columns that make a [`ConfigRepo`].
macro_rules! columns {
    () => {
        "config_repos.*,
        (SELECT previous_until FROM webhook_secret_rotations WHERE secret = config_repos.webhook_secret_ref)
            AS previous_webhook_secret_until"
    };
}

mod insert;
mod learn;
mod update;

use pullwright_pg::{Queries, Row, Transaction, listing::Listing};
use pullwright_rpc::list::List;
use pullwright_types::RepositoryName;
use uuid::Uuid;

use super::{
    get,
    listing::{self, argument},
};
use crate::{
    Error,
    domain::{ConfigRepo, Etag},
    error::Result,
};

pub use insert::insert;
pub use learn::{Hook, Taken, learn_github_id, report_webhook, take_name};
pub use update::{delete, touch, update};

/// The config repository of this id.
pub async fn find(client: &impl Queries, id: Uuid) -> Result<Option<ConfigRepo>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        "
        FROM config_repos
        WHERE id = $1 AND deleted_at IS NULL"
    );
    client.query_opt(SQL, &[&id]).await?.as_ref().map(from_row).transpose()
}

/// The config repository of this id, which nobody else changes before the transaction ends.
pub async fn lock(tx: &Transaction<'_>, id: Uuid) -> Result<Option<ConfigRepo>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        "
        FROM config_repos
        WHERE id = $1 AND deleted_at IS NULL
        FOR NO KEY UPDATE"
    );
    tx.query_opt(SQL, &[&id]).await?.as_ref().map(from_row).transpose()
}

/// The config repositories that share a webhook secret, which nobody else changes before the transaction ends, by name.
pub async fn lock_sharing(tx: &Transaction<'_>, secret: &str) -> Result<Vec<ConfigRepo>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        "
        FROM config_repos
        WHERE webhook_secret_ref = $1 AND deleted_at IS NULL
        ORDER BY id
        FOR NO KEY UPDATE"
    );
    let mut repos =
        tx.query(SQL, &[&secret]).await?.iter().map(from_row).collect::<Result<Vec<_>>>()?;
    repos.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(repos)
}

/// Whether there is a config repository of this id, which nobody deletes before the transaction ends.
pub async fn stays(tx: &Transaction<'_>, id: Uuid) -> Result<bool> {
    const SQL: &str = "
        SELECT 1 FROM config_repos
        WHERE id = $1 AND deleted_at IS NULL
        FOR SHARE";
    Ok(tx.query_opt(SQL, &[&id]).await?.is_some())
}

/// The names of the config repositories that share a webhook secret and whose hooks are not known to have this version of it.
pub async fn without_version(
    client: &impl Queries,
    secret: &str,
    version: &str,
) -> Result<Vec<String>> {
    const SQL: &str = "
        SELECT name
        FROM config_repos
        WHERE webhook_secret_ref = $1
          AND deleted_at IS NULL
          AND webhook_secret_version IS DISTINCT FROM $2
        ORDER BY name";
    client.query(SQL, &[&secret, &version]).await?.iter().map(|row| get(row, "name")).collect()
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
    listing::fetch(client, listing, list, columns!(), from_row).await
}

/// The config repositories of this full name, in any case, or of this id of GitHub's, on any host: at most two a host. The oldest first.
pub async fn of_repository(
    client: &impl Queries,
    repository: Option<&RepositoryName>,
    github_id: Option<i64>,
) -> Result<Vec<ConfigRepo>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        "
        FROM config_repos
        WHERE (lower(repo_owner) = $1 AND lower(repo_name) = $2 OR github_id = $3)
          AND deleted_at IS NULL
        ORDER BY created_at, id"
    );
    let owner = repository.map(|repository| repository.owner().to_ascii_lowercase());
    let name = repository.map(|repository| repository.name().to_ascii_lowercase());
    client.query(SQL, &[&owner, &name, &github_id]).await?.iter().map(from_row).collect()
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
        webhook_id: get(row, "webhook_id")?,
        webhook_checked_at: get(row, "webhook_checked_at")?,
        github_id: get(row, "github_id")?,
        previous_webhook_secret_until: get(row, "previous_webhook_secret_until")?,
        created_at: get(row, "created_at")?,
        updated_at: get(row, "updated_at")?,
        etag: Etag::new(get(row, "revision")?),
    })
}
