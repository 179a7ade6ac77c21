//! `GetLiveProposal`.

use pullwright_proto::proposal as v1;

use crate::{
    App,
    convert::{id, proposal},
    error::Result,
    store::details,
};

/// Returns the newest merged proposal of a config repository, without diff and digest.
///
/// # Errors
/// The database is away.
pub(super) async fn get_live_proposal(
    app: &App,
    request: v1::GetLiveProposalRequest,
) -> Result<v1::GetLiveProposalResponse> {
    let config_repo_id = id::parse("config_repo_id", &request.config_repo_id)?;
    let db = app.db.client().await?;
    let detail = details::live(&db, config_repo_id).await?;
    Ok(v1::GetLiveProposalResponse { proposal: detail.map(proposal::message) })
}
