//! `ListStudies`.

use pullwright_proto::proposal as v1;
use pullwright_rpc::list::Given;

use crate::{
    App,
    convert::study,
    error::{Error, Result},
    store::listing::{self, Listed},
};

/// Lists studies, without trials and digests.
///
/// # Errors
/// Page, filter or order are malformed, or the database is away.
pub(super) async fn list_studies(
    app: &App,
    request: v1::ListStudiesRequest,
) -> Result<v1::ListStudiesResponse> {
    let given = Given {
        page_size: request.page_size,
        page_token: &request.page_token,
        filter: &request.filter,
        order_by: &request.order_by,
    };
    let list = listing::STUDIES.read(given).map_err(Error::Invalid)?;
    let db = app.db.client().await?;
    let Listed { page, total } = listing::studies(&db, &list).await?;
    Ok(v1::ListStudiesResponse {
        studies: page
            .rows
            .into_iter()
            .map(|listed| study::message(listed, Vec::new(), None, None))
            .collect(),
        next_page_token: page.next_page_token,
        total_size: total,
        has_more: page.has_more,
    })
}
