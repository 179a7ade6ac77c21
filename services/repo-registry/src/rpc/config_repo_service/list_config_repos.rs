//! Lists config repositories.

use pullwright_proto::registry::{ListConfigReposRequest, ListConfigReposResponse};

use crate::{App, domain::PageSize, error::Result, store::config_repos};

/// Lists config repositories, the newest first.
///
/// # Errors
/// The page's size is out of range.
pub(super) async fn list_config_repos(
    app: &App,
    request: ListConfigReposRequest,
) -> Result<ListConfigReposResponse> {
    let size = PageSize::parse(request.page_size, &request.page_token)?;
    let page = config_repos::list(&app.db.client().await?, size).await?;
    Ok(ListConfigReposResponse {
        has_more: page.has_more(),
        total_size: page.total,
        next_page_token: String::new(),
        config_repos: page.rows.into_iter().map(Into::into).collect(),
    })
}
