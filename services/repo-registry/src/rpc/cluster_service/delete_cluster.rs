//! Deletes a cluster, softly.

use pullwright_proto::registry::{DeleteClusterRequest, DeleteClusterResponse};

use crate::{App, Error, convert, error::Result, rpc::given, store::clusters};

/// Makes a cluster one that is there for nobody; the ledger has seen that no unfinished proposal needs it.
///
/// # Errors
/// There is none of this id, deleted before or never there, or the etag is old.
pub(super) async fn delete_cluster(
    app: &App,
    request: DeleteClusterRequest,
) -> Result<DeleteClusterResponse> {
    let missing = || Error::no_cluster(&request.cluster_id);
    let id = convert::id(&request.cluster_id).ok_or_else(missing)?;
    let mut client = app.db.client().await?;
    let tx = client.begin().await?;
    let found = clusters::lock(&tx, id).await?.ok_or_else(missing)?;
    given::etag("cluster", id, found.etag, &request.etag)?;
    clusters::delete(&tx, id).await?;
    tx.commit().await?;
    tracing::info!(cluster.id = %id, "deleted cluster {}", found.name);
    Ok(DeleteClusterResponse {})
}
