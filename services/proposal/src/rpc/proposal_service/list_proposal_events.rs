//! `ListProposalEvents`.

use pullwright_proto::proposal as v1;

use crate::{
    App,
    convert::{event, id},
    error::{Error, Result},
    rpc::page,
    store::{events, proposals},
};

/// Lists what happened to a proposal, the oldest first.
///
/// # Errors
/// The page is malformed, there is no such proposal, or the database is away.
pub(super) async fn list_proposal_events(
    app: &App,
    request: v1::ListProposalEventsRequest,
) -> Result<v1::ListProposalEventsResponse> {
    let id = id::parse("proposal_id", &request.proposal_id)?;
    let size = page::size(request.page_size, 100, 1000)?;
    let after = match request.page_token.as_str() {
        "" => 0,
        token => token
            .parse()
            .map_err(|_| Error::invalid("page_token", "must be one that a page gave"))?,
    };
    let db = app.db.client().await?;
    proposals::status(&db, id).await?.ok_or(Error::ProposalNotFound(id))?;
    let mut found = events::page(&db, id, after, size + 1).await?;
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let has_more = found.len() > size;
    found.truncate(size);
    let last = found.last().filter(|_| has_more).map(|event| event.id.to_string());
    Ok(v1::ListProposalEventsResponse {
        events: found.into_iter().map(event::message).collect(),
        next_page_token: last.unwrap_or_default(),
        ..v1::ListProposalEventsResponse::default()
    })
}
