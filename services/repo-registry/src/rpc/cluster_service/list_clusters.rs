//! Lists clusters.

use pullwright_proto::registry::{ListClustersRequest, ListClustersResponse};

use crate::{App, domain::PageSize, error::Result, store::clusters};

/// Lists clusters, the newest first.
///
/// # Errors
/// The page's size is out of range.
pub(super) async fn list_clusters(
    app: &App,
    request: ListClustersRequest,
) -> Result<ListClustersResponse> {
    let size = PageSize::parse(request.page_size, &request.page_token)?;
    let page = clusters::list(&app.db.client().await?, size).await?;
    Ok(ListClustersResponse {
        has_more: page.has_more(),
        total_size: page.total,
        next_page_token: String::new(),
        clusters: page.rows.into_iter().map(Into::into).collect(),
    })
}
