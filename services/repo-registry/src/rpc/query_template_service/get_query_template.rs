//! Looks up one query template.

use pullwright_proto::registry::{GetQueryTemplateRequest, GetQueryTemplateResponse};

use crate::{App, Error, convert, error::Result, store::query_templates};

/// Returns one query template.
///
/// # Errors
/// There is none of this id.
pub(super) async fn get_query_template(
    app: &App,
    request: GetQueryTemplateRequest,
) -> Result<GetQueryTemplateResponse> {
    let found = match convert::id(&request.query_template_id) {
        Some(id) => query_templates::find(&app.db.client().await?, id).await?,
        None => None,
    };
    let query_template = found.ok_or(Error::TemplateNotFound { id: request.query_template_id })?;
    Ok(GetQueryTemplateResponse { query_template: Some(query_template.into()) })
}
