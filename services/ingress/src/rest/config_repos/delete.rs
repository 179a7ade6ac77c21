//! `DELETE /api/v1/config-repos/{id}`: through the ledger, which knows whether a proposal still needs it.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::proposal::DeleteConfigRepoRequest;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        given::{ConfigRepoId, Id, IfMatch},
        shape::Gone,
    },
};

pub(in crate::rest) async fn delete(
    State(app): State<Arc<App>>,
    id: Id<ConfigRepoId>,
    if_match: IfMatch,
) -> Result<Gone, ApiError> {
    let etag = if_match.or(None)?;
    let request = DeleteConfigRepoRequest { config_repo_id: id.to_string(), etag };
    let mut deletions = app.cores.deletions.clone();
    ask(Core::Proposal, deletions.delete_config_repo(request)).await?;
    Ok(Gone)
}
