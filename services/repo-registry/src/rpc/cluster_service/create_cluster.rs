//! Creates a cluster.

use pullwright_proto::registry::{CreateClusterRequest, CreateClusterResponse};
use uuid::Uuid;

use crate::{App, Error, convert, domain::NewCluster, error::Result, store::clusters};

/// Creates a cluster, wired to a config repository when one is named.
///
/// # Errors
/// A field is malformed, the config repository does not exist, or the name is taken.
pub(super) async fn create_cluster(
    app: &App,
    mut request: CreateClusterRequest,
) -> Result<CreateClusterResponse> {
    let config_repo_id = convert::optional(std::mem::take(&mut request.config_repo_id));
    let new = NewCluster::from(request).check()?;
    let config_repo_id = config_repo_id
        .map(|id| convert::id(&id).ok_or(Error::ConfigRepoNotFound { id }))
        .transpose()?;
    let cluster =
        clusters::insert(&app.db.client().await?, Uuid::now_v7(), &new, config_repo_id).await?;
    tracing::info!(cluster.id = %cluster.id, "created cluster {}", cluster.name);
    Ok(CreateClusterResponse { cluster: Some(cluster.into()) })
}
