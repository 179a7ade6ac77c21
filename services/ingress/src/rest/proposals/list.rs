//! `GET /api/v1/proposals`: the newest first.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::proposal::ListProposalsRequest;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        all_shown,
        given::Page,
        shape::{Counted, ProposalSummary},
    },
};

pub(in crate::rest) async fn list(
    State(app): State<Arc<App>>,
    page: Page,
) -> Result<Counted<ProposalSummary>, ApiError> {
    let request = ListProposalsRequest {
        page_size: page.limit,
        page_token: String::new(),
        ..ListProposalsRequest::default()
    };
    let mut proposals = app.cores.proposals.clone();
    let found = ask(Core::Proposal, proposals.list_proposals(request)).await?;
    let data = all_shown(Core::Proposal, found.proposals)?;
    Ok(Counted::new(data, found.next_page_token, found.has_more, found.total_size))
}
