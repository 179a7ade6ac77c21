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
    let missing = || Error::no_template(&request.query_template_id);
    let id = convert::id(&request.query_template_id).ok_or_else(missing)?;
    let template = query_templates::find(&app.db.client().await?, id).await?.ok_or_else(missing)?;
    Ok(GetQueryTemplateResponse { query_template: Some(template.into()) })
}
