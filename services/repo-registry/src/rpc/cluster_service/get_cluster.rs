//! Looks up one cluster.

use pullwright_proto::registry::{GetClusterRequest, GetClusterResponse};

use crate::{App, Error, convert, error::Result, store::clusters};

/// Returns one cluster.
///
/// # Errors
/// There is none of this id.
pub(super) async fn get_cluster(
    app: &App,
    request: GetClusterRequest,
) -> Result<GetClusterResponse> {
    let found = match convert::id(&request.cluster_id) {
        Some(id) => clusters::find(&app.db.client().await?, id).await?,
        None => None,
    };
    let cluster = found.ok_or(Error::ClusterNotFound { id: request.cluster_id })?;
    Ok(GetClusterResponse { cluster: Some(cluster.into()) })
}
