//! `GetProposal`.

use pullwright_proto::proposal as v1;

use crate::{
    App,
    convert::{id, proposal},
    error::{Error, Result},
    store::details,
};

/// Returns one proposal with its study and digest.
///
/// # Errors
/// No such proposal, or the database is away.
pub(super) async fn get_proposal(
    app: &App,
    request: v1::GetProposalRequest,
) -> Result<v1::GetProposalResponse> {
    let id = id::parse("proposal_id", &request.proposal_id)?;
    let db = app.db.client().await?;
    let detail = details::get(&db, id).await?.ok_or(Error::ProposalNotFound(id))?;
    Ok(v1::GetProposalResponse { proposal: Some(proposal::message(detail)) })
}
