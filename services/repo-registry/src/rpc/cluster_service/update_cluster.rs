//! Changes a cluster: its name, its environment, its wiring.

use pullwright_proto::registry::{UpdateClusterRequest, UpdateClusterResponse};

use super::wiring;
use crate::{
    App, Error, convert,
    domain::{Cluster, ClusterChange},
    error::Result,
    rpc::{given, repeat::Call},
    store::clusters,
};

/// Takes over the fields that the mask names; generations that were accepted before keep what they froze.
///
/// # Errors
/// In this order: a field is malformed, there is no such cluster, the etag is old, the config repository does not exist, the name
/// is taken.
pub(super) async fn update_cluster(
    app: &App,
    mut request: UpdateClusterRequest,
) -> Result<UpdateClusterResponse> {
    let request_id = std::mem::take(&mut request.request_id);
    let call = Call::new("UpdateCluster", request_id, &request);
    let mask = given::mask(request.update_mask, ClusterChange::FIELDS)?;
    let given = given::resource("cluster", request.cluster)?;
    let change = ClusterChange::masked(&mask, given.clone().into()).check()?;
    let missing = || Error::no_cluster(&given.id);
    let id = convert::id(&given.id).ok_or_else(missing)?;

    call.once(app, async |tx| {
        // The config repository's row first, as who deletes it locks it before its clusters; what was found is told in its turn.
        let wired = match change.config_repo_id {
            Some(config_repo_id) => Some(match wiring::to(tx, config_repo_id).await {
                Err(missing @ Error::ConfigRepoNotFound { .. }) => Err(missing),
                found => Ok(found?),
            }),
            None => None,
        };
        let found = clusters::lock(tx, id).await?.ok_or_else(missing)?;
        given::etag("cluster", id, found.etag, &given.etag)?;
        mask.keeps(&[("engine_type", &given.engine_type, &found.engine_type)])?;
        let changed = Cluster {
            config_repo_id: wired.transpose()?.unwrap_or(found.config_repo_id),
            name: change.name.unwrap_or(found.name),
            environment: change.environment.unwrap_or(found.environment),
            config_path: change.config_path.unwrap_or(found.config_path),
            ..found
        };
        let updated = clusters::update(tx, &changed).await?;
        let answer = UpdateClusterResponse { cluster: Some(updated.into()) };
        Ok((answer, move || tracing::info!(cluster.id = %id, "updated cluster {}", changed.name)))
    })
    .await
}
