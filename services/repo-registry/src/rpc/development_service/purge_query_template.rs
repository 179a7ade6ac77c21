//! Deletes a query template for good.

use pullwright_proto::registry::{PurgeQueryTemplateRequest, PurgeQueryTemplateResponse};

use crate::{App, Error, convert, error::Result, store::query_templates};

/// Deletes one version of a query template for good, also one that was deleted softly. The ledger saw that nothing depends on it.
///
/// # Errors
/// There is none of this id.
pub(super) async fn purge_query_template(
    app: &App,
    request: PurgeQueryTemplateRequest,
) -> Result<PurgeQueryTemplateResponse> {
    let is_gone = match convert::id(&request.query_template_id) {
        Some(id) => query_templates::purge(&app.db.client().await?, id).await?,
        None => false,
    };
    if !is_gone {
        return Err(Error::no_template(&request.query_template_id));
    }
    tracing::info!(query_template.id = %request.query_template_id, "purged a query template");
    Ok(PurgeQueryTemplateResponse {})
}
