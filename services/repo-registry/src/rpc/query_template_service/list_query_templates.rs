//! Lists query templates.

use pullwright_proto::registry::{ListQueryTemplatesRequest, ListQueryTemplatesResponse};

use crate::{App, domain::PageSize, error::Result, store::query_templates};

/// Lists query templates, the newest first.
///
/// # Errors
/// The page's size is out of range.
pub(super) async fn list_query_templates(
    app: &App,
    request: ListQueryTemplatesRequest,
) -> Result<ListQueryTemplatesResponse> {
    let size = PageSize::parse(request.page_size, &request.page_token)?;
    let page = query_templates::list(&app.db.client().await?, size).await?;
    Ok(ListQueryTemplatesResponse {
        has_more: page.has_more(),
        total_size: page.total,
        next_page_token: String::new(),
        query_templates: page.rows.into_iter().map(Into::into).collect(),
    })
}
