//! `ListProposalEvents`.

use pullwright_proto::proposal as v1;
use pullwright_rpc::list::Given;

use crate::{
    App,
    convert::{event, id},
    error::{Error, Result},
    store::{
        listing::{self, Listed},
        proposals,
    },
};

/// Lists what happened to a proposal, the oldest first unless it is asked for otherwise.
///
/// # Errors
/// Page, filter or order are malformed, there is no such proposal, or the database is away.
pub(super) async fn list_proposal_events(
    app: &App,
    request: v1::ListProposalEventsRequest,
) -> Result<v1::ListProposalEventsResponse> {
    let id = id::parse("proposal_id", &request.proposal_id)?;
    let given = Given {
        page_size: request.page_size,
        page_token: &request.page_token,
        filter: &request.filter,
        order_by: &request.order_by,
    };
    let list = listing::EVENTS.read(given).map_err(Error::Invalid)?;
    let db = app.db.client().await?;
    proposals::status(&db, id).await?.ok_or(Error::ProposalNotFound(id))?;
    let Listed { page, total } = listing::events(&db, id, &list).await?;
    Ok(v1::ListProposalEventsResponse {
        events: page.rows.into_iter().map(event::message).collect(),
        next_page_token: page.next_page_token,
        total_size: total,
        has_more: page.has_more,
    })
}
