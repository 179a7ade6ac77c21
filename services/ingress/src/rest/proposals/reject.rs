//! `POST /api/v1/proposals/{id}/reject`: no, with or without a reason.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::proposal::RejectProposalRequest;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        given::{Id, Key, OrNothing, ProposalId},
        shape::{One, ProposalDetail},
        shown,
    },
};

#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(example = json!({"reason": "the gain is within the noise"}))]
pub(in crate::rest) struct Rejection {
    #[schema(max_length = 500, pattern = r"^[^\x00]*$")]
    reason: Option<String>,
}

pub(in crate::rest) async fn reject(
    State(app): State<Arc<App>>,
    id: Id<ProposalId>,
    Key(request_id): Key,
    OrNothing(rejection): OrNothing<Rejection>,
) -> Result<One<ProposalDetail>, ApiError> {
    let reason = rejection.reason.unwrap_or_default();
    let request = RejectProposalRequest { proposal_id: id.to_string(), reason, request_id };
    let mut proposals = app.cores.proposals.clone();
    let rejected = ask(Core::Proposal, proposals.reject_proposal(request)).await?;
    Ok(One(shown(Core::Proposal, rejected.proposal)?))
}
