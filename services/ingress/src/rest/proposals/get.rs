//! `GET /api/v1/proposals/{id}`.

use std::sync::Arc;

use axum::{Json, extract::State};
use pullwright_proto::proposal::GetProposalRequest;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        given::{Id, ProposalId},
        shape::ProposalDetail,
        shown,
    },
};

pub(in crate::rest) async fn get(
    State(app): State<Arc<App>>,
    id: Id<ProposalId>,
) -> Result<Json<ProposalDetail>, ApiError> {
    let request = GetProposalRequest { proposal_id: id.to_string() };
    let mut proposals = app.cores.proposals.clone();
    let found = ask(Core::Proposal, proposals.get_proposal(request)).await?;
    Ok(Json(shown(Core::Proposal, found.proposal)?))
}
