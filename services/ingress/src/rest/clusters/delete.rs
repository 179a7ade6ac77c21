//! `DELETE /api/v1/clusters/{id}`: through the ledger, which knows whether a proposal still needs it.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::proposal::DeleteClusterRequest;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        given::{ClusterId, Id, IfMatch},
        shape::Gone,
    },
};

pub(in crate::rest) async fn delete(
    State(app): State<Arc<App>>,
    id: Id<ClusterId>,
    if_match: IfMatch,
) -> Result<Gone, ApiError> {
    let request = DeleteClusterRequest { cluster_id: id.to_string(), etag: if_match.or(None)? };
    let mut deletions = app.cores.deletions.clone();
    ask(Core::Proposal, deletions.delete_cluster(request)).await?;
    Ok(Gone)
}
