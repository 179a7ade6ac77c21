//! `DeleteCluster`.

use pullwright_proto::proposal as v1;

use crate::{App, domain::usage::Resource, error::Result, rpc::deletion::Deletion, store::usage};

/// Deletes a cluster that no unfinished proposal needs.
///
/// # Errors
/// A proposal needs it, the registry refused, or a dependency is away.
pub(super) async fn delete_cluster(
    app: &App,
    request: v1::DeleteClusterRequest,
) -> Result<v1::DeleteClusterResponse> {
    let deletion = Deletion::begin(app, Resource::Cluster, &request.cluster_id, async |tx, id| {
        usage::of_cluster(tx, id).await
    })
    .await?;
    let answer = app.registry.delete_cluster(request.cluster_id, request.etag).await;
    deletion.end(app, &answer).await;
    answer.map(|()| v1::DeleteClusterResponse {})
}
