//! `ListProposals`.

use pullwright_proto::proposal as v1;
use pullwright_rpc::list::Given;

use crate::{
    App,
    convert::proposal,
    error::{Error, Result},
    store::listing::{self, Listed},
};

/// Lists proposals, without diff, study and digest.
///
/// # Errors
/// Page, filter or order are malformed, or the database is away.
pub(super) async fn list_proposals(
    app: &App,
    request: v1::ListProposalsRequest,
) -> Result<v1::ListProposalsResponse> {
    let given = Given {
        page_size: request.page_size,
        page_token: &request.page_token,
        filter: &request.filter,
        order_by: &request.order_by,
    };
    let list = listing::PROPOSALS.read(given).map_err(Error::Invalid)?;
    let db = app.db.client().await?;
    let Listed { page, total } = listing::proposals(&db, &list, request.include_superseded).await?;
    Ok(v1::ListProposalsResponse {
        proposals: page.rows.into_iter().map(proposal::message).collect(),
        next_page_token: page.next_page_token,
        total_size: total,
        has_more: page.has_more,
    })
}
