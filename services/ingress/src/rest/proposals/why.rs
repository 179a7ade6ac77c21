//! `GET /api/v1/proposals/{id}/why`: where it stands, and the facts behind it.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::proposal::ExplainProposalRequest;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        given::{Id, ProposalId},
        shape::{One, Why},
        shown,
    },
};

pub(in crate::rest) async fn why(
    State(app): State<Arc<App>>,
    id: Id<ProposalId>,
) -> Result<One<Why>, ApiError> {
    let request = ExplainProposalRequest { proposal_id: id.to_string() };
    let mut proposals = app.cores.proposals.clone();
    let explained = ask(Core::Proposal, proposals.explain_proposal(request)).await?;
    Ok(One(shown(Core::Proposal, Some(explained))?))
}
