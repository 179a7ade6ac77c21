//! `DeleteProposal`.

use pullwright_proto::proposal as v1;

use crate::{
    App,
    convert::id,
    error::{Error, Result},
    store::seeds,
};

/// Deletes a proposal with everything that is its own (T14), wherever it stands; what it left on GitHub stays.
///
/// # Errors
/// No such proposal, or the database is away.
pub(super) async fn delete_proposal(
    app: &App,
    request: v1::DeleteProposalRequest,
) -> Result<v1::DeleteProposalResponse> {
    let id = id::parse("proposal_id", &request.proposal_id)?;
    let mut db = app.db.client().await?;
    let tx = db.begin().await?;
    if !seeds::proposals::delete(&tx, id).await? {
        return Err(Error::ProposalNotFound(id));
    }
    tx.commit().await?;
    Ok(v1::DeleteProposalResponse {})
}
