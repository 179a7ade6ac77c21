//! `POST /api/v1/proposals/{id}/preview`: what would be opened now, made by a runner that writes nothing.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::runner::PreviewPullRequestRequest;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        given::{Id, ProposalId, UnusedKey},
        shape::{One, Preview},
        shown,
    },
};

pub(in crate::rest) async fn preview(
    State(app): State<Arc<App>>,
    id: Id<ProposalId>,
    UnusedKey: UnusedKey,
) -> Result<One<Preview>, ApiError> {
    let request = PreviewPullRequestRequest { proposal_id: id.to_string() };
    let mut runner = app.cores.runner.clone();
    let preview = ask(Core::Runner, runner.preview_pull_request(request)).await?;
    Ok(One(shown(Core::Runner, Some(preview))?))
}
