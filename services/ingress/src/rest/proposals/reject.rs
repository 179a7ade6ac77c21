//! `POST /api/v1/proposals/{id}/reject`: no, with or without a reason.

use std::sync::Arc;

use axum::{Json, extract::State};
use pullwright_proto::proposal::RejectProposalRequest;
use serde::Deserialize;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        given::{Id, OrNothing, ProposalId},
        shape::ProposalDetail,
        shown,
    },
};

#[derive(Debug, Default, Deserialize)]
pub(in crate::rest) struct Rejection {
    reason: Option<String>,
}

pub(in crate::rest) async fn reject(
    State(app): State<Arc<App>>,
    id: Id<ProposalId>,
    OrNothing(rejection): OrNothing<Rejection>,
) -> Result<Json<ProposalDetail>, ApiError> {
    let request = RejectProposalRequest {
        proposal_id: id.to_string(),
        reason: rejection.reason.unwrap_or_default(),
        ..RejectProposalRequest::default()
    };
    let mut proposals = app.cores.proposals.clone();
    let rejected = ask(Core::Proposal, proposals.reject_proposal(request)).await?;
    Ok(Json(shown(Core::Proposal, rejected.proposal)?))
}
