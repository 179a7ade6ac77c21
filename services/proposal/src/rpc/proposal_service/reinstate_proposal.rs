//! `ReinstateProposal`: a superseded proposal is pending again, once nothing of its pull request is open or under way.

use pullwright_proto::proposal as v1;

use crate::{
    App,
    convert::{id, proposal},
    domain::{Proposal, Status},
    error::{Error, Result},
    rpc::repeat::{Begun, Once},
    store::{
        Transaction, details,
        events::{self, NewEvent},
        generations,
        jobs::{self, Kind},
        proposals,
    },
};

const NOT_SUPERSEDED: &str = "only a superseded proposal can be reinstated";
const STILL_OPEN: &str = "its pull request is still open; it can be reinstated once that is closed";
const UNDER_WAY: &str =
    "its pull request is still being called back; it can be reinstated once that is done";

/// Makes a superseded proposal pending again (T8). One that had a pull request gets another one, in a generation of its own.
///
/// # Errors
/// The id is malformed, there is no such proposal, it is not superseded or its last pull request not settled, or the database is
/// away.
pub(super) async fn reinstate_proposal(
    app: &App,
    request: v1::ReinstateProposalRequest,
    once: Once<v1::ReinstateProposalResponse>,
) -> Result<v1::ReinstateProposalResponse> {
    let id = id::parse("proposal_id", &request.proposal_id)?;

    let mut db = app.db.client().await?;
    let (tx, answer) = match once.begin(&mut db).await? {
        Begun::First(tx, answer) => (tx, answer),
        Begun::Again(response) => return Ok(response),
    };
    let proposal = proposals::lock(&tx, id).await?.ok_or(Error::ProposalNotFound(id))?;
    require_settled(&tx, &proposal).await?;
    let generation = match generations::has_begun(&tx, id, proposal.generation).await? {
        true => proposal.generation + 1,
        false => proposal.generation,
    };
    let reinstated = proposals::reinstate(&tx, id, generation).await?;
    let reinstated = reinstated.ok_or_else(|| refused(&proposal, NOT_SUPERSEDED))?;
    let event = NewEvent::new("proposal_reinstated", "reinstated: it is pending again")
        .fact("generation", reinstated.generation);
    events::record(&tx, id, event).await?;
    let detail = details::get(&tx, id).await?.ok_or(Error::ProposalNotFound(id))?;
    let response = v1::ReinstateProposalResponse { proposal: Some(proposal::message(detail)) };
    answer.commit(tx, &response).await?;
    tracing::info!(
        proposal_id = %id,
        study_id = proposal.study_id.map(tracing::field::display),
        prior_status = %proposal.status,
        "chain_proposal_reinstated"
    );
    Ok(response)
}

/// Nothing of an earlier pull request may come to light once another one is asked for.
async fn require_settled(tx: &Transaction<'_>, proposal: &Proposal) -> Result<()> {
    if proposal.status != Status::Superseded {
        return Err(refused(proposal, NOT_SUPERSEDED));
    }
    let live = jobs::live_kinds(tx, proposal.id).await?;
    if live.iter().any(|kind| matches!(kind, Kind::OpenPullRequest | Kind::ClosePullRequest)) {
        return Err(refused(proposal, UNDER_WAY));
    }
    if generations::open_pull_request(tx, proposal.id).await?.is_some() {
        return Err(refused(proposal, STILL_OPEN));
    }
    Ok(())
}

fn refused(proposal: &Proposal, problem: &'static str) -> Error {
    let Proposal { id, status, .. } = *proposal;
    Error::InvalidStateTransition { id, status, problem }
}
