//! `POST /api/v1/proposals/{id}/reinstate`: a superseded proposal is pending again.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::proposal::ReinstateProposalRequest;
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

/// Nothing is to be said.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(example = json!({}))]
pub(in crate::rest) struct Reinstatement {}

pub(in crate::rest) async fn reinstate(
    State(app): State<Arc<App>>,
    id: Id<ProposalId>,
    Key(request_id): Key,
    OrNothing(Reinstatement {}): OrNothing<Reinstatement>,
) -> Result<One<ProposalDetail>, ApiError> {
    let request = ReinstateProposalRequest { proposal_id: id.to_string(), request_id };
    let mut proposals = app.cores.proposals.clone();
    let reinstated = ask(Core::Proposal, proposals.reinstate_proposal(request)).await?;
    Ok(One(shown(Core::Proposal, reinstated.proposal)?))
}
