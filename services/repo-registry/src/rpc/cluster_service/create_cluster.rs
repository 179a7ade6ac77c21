//! Creates a cluster.

use pullwright_proto::registry::{CreateClusterRequest, CreateClusterResponse};
use uuid::Uuid;

use super::wiring;
use crate::{App, convert, domain::NewCluster, error::Result, rpc::repeat::Call, store::clusters};

/// Creates a cluster, wired to a config repository when one is named.
///
/// # Errors
/// A field is malformed, the config repository does not exist, or the name is taken.
pub(super) async fn create_cluster(
    app: &App,
    mut request: CreateClusterRequest,
) -> Result<CreateClusterResponse> {
    let request_id = std::mem::take(&mut request.request_id);
    let call = Call::new("CreateCluster", request_id, &request);
    let config_repo_id = convert::optional(std::mem::take(&mut request.config_repo_id));
    let new = NewCluster::from(request).check()?;

    call.once(app, async |tx| {
        let config_repo_id = wiring::to(tx, config_repo_id).await?;
        let cluster = clusters::insert(tx, Uuid::now_v7(), &new, config_repo_id).await?;
        let (id, name) = (cluster.id, cluster.name.clone());
        let answer = CreateClusterResponse { cluster: Some(cluster.into()) };
        Ok((answer, move || tracing::info!(cluster.id = %id, "created cluster {name}")))
    })
    .await
}
