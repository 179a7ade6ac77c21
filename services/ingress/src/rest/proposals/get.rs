//! `GET /api/v1/proposals/{id}`.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::proposal::GetProposalRequest;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        given::{Id, ProposalId},
        shape::{One, ProposalDetail},
        shown,
    },
};

pub(in crate::rest) async fn get(
    State(app): State<Arc<App>>,
    id: Id<ProposalId>,
) -> Result<One<ProposalDetail>, ApiError> {
    let request = GetProposalRequest { proposal_id: id.to_string() };
    let mut proposals = app.cores.proposals.clone();
    let found = ask(Core::Proposal, proposals.get_proposal(request)).await?;
    Ok(One(shown(Core::Proposal, found.proposal)?))
}
