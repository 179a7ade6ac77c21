//! `ListWatchedRepositories`.

use pullwright_proto::delivery as v1;
use pullwright_rpc::list::Given;

use crate::{
    App,
    convert::watching,
    error::{Error, Result},
    store::listing::{self, Listed},
};

/// Lists the repositories that are looked after, with what went wrong last.
///
/// # Errors
/// Page, filter or order are malformed, or the database is away.
pub(super) async fn list_watched_repositories(
    app: &App,
    request: v1::ListWatchedRepositoriesRequest,
) -> Result<v1::ListWatchedRepositoriesResponse> {
    let given = Given {
        page_size: request.page_size,
        page_token: &request.page_token,
        filter: &request.filter,
        order_by: &request.order_by,
    };
    let list = listing::WATCHED_REPOSITORIES.read(given).map_err(Error::Invalid)?;
    let db = app.db.client().await?;
    let Listed { page, total } = listing::watched_repositories(&db, &list).await?;
    Ok(v1::ListWatchedRepositoriesResponse {
        repositories: page.rows.into_iter().map(watching::repository).collect(),
        next_page_token: page.next_page_token,
        total_size: total,
        has_more: page.has_more,
    })
}
