//! Rows of `clusters`.

use pullwright_pg::{PgError, Queries, Row};
use uuid::Uuid;

use super::{get, newest};
use crate::{
    Error,
    domain::{Cluster, NewCluster, Page, PageSize},
    error::Result,
};

/// Writes a new cluster and gives it back.
///
/// # Errors
/// Its name is taken, or its config repository does not exist.
pub async fn insert(
    client: &impl Queries,
    id: Uuid,
    new: &NewCluster,
    config_repo_id: Option<Uuid>,
) -> Result<Cluster> {
    const SQL: &str = "
        INSERT INTO clusters (id, name, engine_type, environment, config_repo_id, config_path)
        VALUES ($1, $2, $3, $4, $5, $6)
        RETURNING *";
    let inserted = client
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
        Err(error) if error.is_conflict_on("clusters_name_key") => {
            Err(Error::ClusterNameTaken { name: new.name.clone() })
        }
        Err(PgError::ForeignKey { .. }) if let Some(id) = config_repo_id => {
            Err(Error::ConfigRepoNotFound { id: id.to_string() })
        }
        Err(error) => Err(error.into()),
    }
}

/// The cluster of this id.
pub async fn find(client: &impl Queries, id: Uuid) -> Result<Option<Cluster>> {
    const SQL: &str = "SELECT * FROM clusters WHERE id = $1";
    client.query_opt(SQL, &[&id]).await?.as_ref().map(from_row).transpose()
}

/// The newest clusters.
pub async fn list(client: &impl Queries, size: PageSize) -> Result<Page<Cluster>> {
    const SQL: &str = "
        SELECT *, count(*) OVER () AS total
        FROM clusters
        ORDER BY created_at DESC, id DESC
        LIMIT $1";
    newest(client, SQL, size, from_row).await
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
    })
}
