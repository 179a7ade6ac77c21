//! `POST /api/v1/proposals/{id}/open_pr`: asks for the pull request; asking twice is asking once.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::proposal::OpenPullRequestRequest;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        given::{Id, Key, OrNothing, ProposalId},
        shape::One,
    },
};

/// What was previewed: nothing else is opened then. A member of another name is refused, since it could be one of these, misspelt.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"expected_base_oid": "5d41402abc4b2a76b9719d911017c592ae1f8b3c"}))]
pub(in crate::rest) struct Expected {
    /// The previewed patch, by its SHA-256.
    #[schema(pattern = "^([0-9a-f]{64})?$")]
    expected_patch_sha256: Option<String>,
    /// The previewed base commit.
    #[schema(pattern = "^([0-9a-f]{40}([0-9a-f]{24})?)?$")]
    expected_base_oid: Option<String>,
}

/// The promise: the pull request is on its way.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PullRequestQueued)]
pub(in crate::rest) struct Queued {
    #[schema(format = Uuid)]
    proposal_id: String,
    /// `pending`.
    status: &'static str,
    /// `PR creation queued`.
    message: &'static str,
}

pub(in crate::rest) async fn open_pr(
    State(app): State<Arc<App>>,
    id: Id<ProposalId>,
    Key(request_id): Key,
    OrNothing(expected): OrNothing<Expected>,
) -> Result<One<Queued, 202>, ApiError> {
    let proposal_id = id.to_string();
    let request = OpenPullRequestRequest {
        proposal_id: proposal_id.clone(),
        expected_patch_sha256: expected.expected_patch_sha256.unwrap_or_default(),
        expected_base_oid: expected.expected_base_oid.unwrap_or_default(),
        request_id,
    };
    let mut proposals = app.cores.proposals.clone();
    ask(Core::Proposal, proposals.open_pull_request(request)).await?;
    Ok(One(Queued { proposal_id, status: "pending", message: "PR creation queued" }))
}
