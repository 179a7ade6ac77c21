//! `POST /api/v1/proposals/{id}/supersede`: it gives way, to a named proposal or to none.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::proposal::SupersedeProposalRequest;
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
#[schema(example = json!({"superseded_by_proposal_id": "01890a5d-ac96-774b-bcce-b302099a8057", "reason": "a later study found more"}))]
pub(in crate::rest) struct Supersession {
    /// The proposal that it gives way to.
    #[schema(format = Uuid)]
    superseded_by_proposal_id: Option<String>,
    #[schema(max_length = 500, pattern = r"^[^\x00]*$")]
    reason: Option<String>,
}

pub(in crate::rest) async fn supersede(
    State(app): State<Arc<App>>,
    id: Id<ProposalId>,
    Key(request_id): Key,
    OrNothing(given): OrNothing<Supersession>,
) -> Result<One<ProposalDetail>, ApiError> {
    let request = SupersedeProposalRequest {
        proposal_id: id.to_string(),
        superseded_by_proposal_id: given.superseded_by_proposal_id.unwrap_or_default(),
        reason: given.reason.unwrap_or_default(),
        request_id,
    };
    let mut proposals = app.cores.proposals.clone();
    let superseded = ask(Core::Proposal, proposals.supersede_proposal(request)).await?;
    Ok(One(shown(Core::Proposal, superseded.proposal)?))
}
