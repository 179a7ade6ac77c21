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
    let missing = || Error::no_cluster(&request.cluster_id);
    let id = convert::id(&request.cluster_id).ok_or_else(missing)?;
    let cluster = clusters::find(&app.db.client().await?, id).await?.ok_or_else(missing)?;
    Ok(GetClusterResponse { cluster: Some(cluster.into()) })
}
