//! `POST /api/v1/proposals/{id}/open_pr`: asks for the pull request; asking twice is asking once.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use pullwright_proto::proposal::OpenPullRequestRequest;
use serde::Serialize;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::given::{Id, ProposalId},
};

/// The promise: the pull request is on its way.
#[derive(Debug, Serialize)]
pub(in crate::rest) struct Queued {
    proposal_id: String,
    status: &'static str,
    message: &'static str,
}

pub(in crate::rest) async fn open_pr(
    State(app): State<Arc<App>>,
    id: Id<ProposalId>,
) -> Result<(StatusCode, Json<Queued>), ApiError> {
    let proposal_id = id.to_string();
    let request = OpenPullRequestRequest {
        proposal_id: proposal_id.clone(),
        ..OpenPullRequestRequest::default()
    };
    let mut proposals = app.cores.proposals.clone();
    ask(Core::Proposal, proposals.open_pull_request(request)).await?;
    let queued = Queued { proposal_id, status: "pending", message: "PR creation queued" };
    Ok((StatusCode::ACCEPTED, Json(queued)))
}
