//! `GET /api/v1/proposals/{id}/events`: what happened to it, the oldest first.

use std::sync::Arc;

use axum::{Json, extract::State};
use pullwright_proto::proposal::ListProposalEventsRequest;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        all_shown,
        given::{Cursor, Id, ProposalId},
        shape::{Event, List, filled},
    },
};

pub(in crate::rest) async fn events(
    State(app): State<Arc<App>>,
    id: Id<ProposalId>,
    page: Cursor,
) -> Result<Json<List<Event>>, ApiError> {
    let request = ListProposalEventsRequest {
        proposal_id: id.to_string(),
        page_size: page.limit,
        page_token: page.cursor,
        ..ListProposalEventsRequest::default()
    };
    let mut proposals = app.cores.proposals.clone();
    let found = ask(Core::Proposal, proposals.list_proposal_events(request)).await?;
    let next_cursor = filled(found.next_page_token);
    let has_more = next_cursor.is_some();
    Ok(Json(List { data: all_shown(Core::Proposal, found.events)?, next_cursor, has_more }))
}
