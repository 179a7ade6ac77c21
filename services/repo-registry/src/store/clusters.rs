//! Rows of `clusters`.

use pullwright_pg::{PgError, Queries, Row, Transaction, listing::Listing};
use pullwright_rpc::list::List;
use uuid::Uuid;

use super::{
    get,
    listing::{self, argument},
};
use crate::{
    Error,
    domain::{Cluster, Etag, NewCluster},
    error::Result,
};

/// Writes a new cluster and gives it back.
///
/// # Errors
/// Its name is taken.
pub async fn insert(
    tx: &Transaction<'_>,
    id: Uuid,
    new: &NewCluster,
    config_repo_id: Option<Uuid>,
) -> Result<Cluster> {
    const SQL: &str = "
        INSERT INTO clusters (id, name, engine_type, environment, config_repo_id, config_path)
        VALUES ($1, $2, $3, $4, $5, $6)
        RETURNING *";
    let inserted = tx
        .query_one(
            SQL,
            &[
                &id,
                &new.name,
                &new.engine_type,
                &new.environment,
                &config_repo_id,
                &new.config_path,
            ],
        )
        .await;
    match inserted {
        Ok(row) => from_row(&row),
        Err(error) => Err(name_taken(error, &new.name)),
    }
}

/// The cluster of this id.
pub async fn find(client: &impl Queries, id: Uuid) -> Result<Option<Cluster>> {
    const SQL: &str = "SELECT * FROM clusters WHERE id = $1 AND deleted_at IS NULL";
    client.query_opt(SQL, &[&id]).await?.as_ref().map(from_row).transpose()
}

/// The cluster of this id, which nobody else changes before the transaction ends.
pub async fn lock(tx: &Transaction<'_>, id: Uuid) -> Result<Option<Cluster>> {
    const SQL: &str = "
        SELECT * FROM clusters
        WHERE id = $1 AND deleted_at IS NULL
        FOR NO KEY UPDATE";
    tx.query_opt(SQL, &[&id]).await?.as_ref().map(from_row).transpose()
}

/// Writes what may change of a cluster and gives it back as it is now.
///
/// # Errors
/// Its name is taken.
pub async fn update(tx: &Transaction<'_>, cluster: &Cluster) -> Result<Cluster> {
    const SQL: &str = "
        UPDATE clusters
        SET name = $2, environment = $3, config_repo_id = $4, config_path = $5,
            revision = revision + 1, updated_at = clock_timestamp()
        WHERE id = $1
        RETURNING *";
    let Cluster { id, name, environment, config_repo_id, config_path, .. } = cluster;
    match tx.query_one(SQL, &[id, name, environment, config_repo_id, config_path]).await {
        Ok(row) => from_row(&row),
        Err(error) => Err(name_taken(error, name)),
    }
}

/// Makes a cluster one that is there for nobody.
pub async fn delete(tx: &Transaction<'_>, id: Uuid) -> Result<()> {
    const SQL: &str = "
        UPDATE clusters
        SET deleted_at = clock_timestamp(), revision = revision + 1, updated_at = clock_timestamp()
        WHERE id = $1";
    tx.execute(SQL, &[&id]).await?;
    Ok(())
}

/// Takes a config repository from all clusters that are wired to it; each keeps its folder for the next one.
pub async fn unwire(tx: &Transaction<'_>, config_repo_id: Uuid) -> Result<u64> {
    const SQL: &str = "
        UPDATE clusters
        SET config_repo_id = NULL, revision = revision + 1, updated_at = clock_timestamp()
        WHERE config_repo_id = $1 AND deleted_at IS NULL";
    Ok(tx.execute(SQL, &[&config_repo_id]).await?)
}

fn name_taken(error: PgError, name: &str) -> Error {
    if error.is_conflict_on("clusters_name_key") {
        Error::ClusterNameTaken { name: name.to_owned() }
    } else {
        error.into()
    }
}

/// The rows of a page of a list, one too many when there are more, and how many there are in all.
pub async fn list(client: &impl Queries, list: &List) -> Result<(Vec<Cluster>, i64)> {
    let mut listing = Listing::of("clusters", "id").when("deleted_at IS NULL");
    for comparison in &list.filter {
        let value = argument(&comparison.value);
        listing = match comparison.field {
            "name" => listing.compare("name =", value),
            "engine_type" => listing.compare("engine_type =", value),
            "environment" => listing.compare("environment =", value),
            "config_repo_id" => listing.compare("config_repo_id =", value),
            _ => listing.compare("created_at >=", value),
        };
    }
    listing::fetch(client, listing, list, "clusters.*", from_row).await
}

fn from_row(row: &Row) -> Result<Cluster> {
    Ok(Cluster {
        id: get(row, "id")?,
        name: get(row, "name")?,
        engine_type: get(row, "engine_type")?,
        environment: get(row, "environment")?,
        config_repo_id: get(row, "config_repo_id")?,
        config_path: get(row, "config_path")?,
        created_at: get(row, "created_at")?,
        updated_at: get(row, "updated_at")?,
        etag: Etag::new(get(row, "revision")?),
    })
}
