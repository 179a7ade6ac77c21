//! `ListProposals`.

use pullwright_proto::proposal as v1;

use crate::{
    App,
    convert::proposal,
    error::{Error, Result},
    rpc::page,
    store::details,
};

/// Lists proposals, the newest first.
///
/// # Errors
/// The page is malformed, or the database is away.
pub(super) async fn list_proposals(
    app: &App,
    request: v1::ListProposalsRequest,
) -> Result<v1::ListProposalsResponse> {
    let size = page::size(request.page_size, 50, 200)?;
    if !request.page_token.is_empty() {
        return Err(Error::invalid(
            "page_token",
            "must be empty: pages after the first are not supported yet",
        ));
    }
    let db = app.db.client().await?;
    // One more than asked for tells whether there are more.
    let page = details::newest(&db, size + 1).await?;
    let (mut rows, size) = (page.details, usize::try_from(size).unwrap_or(usize::MAX));
    let has_more = rows.len() > size;
    rows.truncate(size);
    let mut proposals: Vec<_> = rows.into_iter().map(proposal::message).collect();
    for proposal in &mut proposals {
        proposal.study = None;
    }
    Ok(v1::ListProposalsResponse {
        proposals,
        next_page_token: String::new(),
        total_size: page.total,
        has_more,
    })
}
