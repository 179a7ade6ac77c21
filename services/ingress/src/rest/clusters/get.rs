//! `GET /api/v1/clusters/{id}`.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::registry::GetClusterRequest;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        given::{ClusterId, Id},
        shape::{Cluster, Tagged},
        shown,
    },
};

pub(in crate::rest) async fn get(
    State(app): State<Arc<App>>,
    id: Id<ClusterId>,
) -> Result<Tagged<Cluster>, ApiError> {
    let request = GetClusterRequest { cluster_id: id.to_string() };
    let mut clusters = app.cores.clusters.clone();
    let found = ask(Core::Registry, clusters.get_cluster(request)).await?;
    Ok(Tagged(shown(Core::Registry, found.cluster)?))
}
