//! Deletes one version of a query template, softly.

use pullwright_proto::registry::{DeleteQueryTemplateRequest, DeleteQueryTemplateResponse};

use crate::{App, Error, convert, error::Result, rpc::given, store::query_templates};

/// Makes one version of a query template one that is there for nobody; the ledger has seen that no unfinished proposal needs it.
///
/// # Errors
/// There is none of this id, deleted before or never there, or the etag is old.
pub(super) async fn delete_query_template(
    app: &App,
    request: DeleteQueryTemplateRequest,
) -> Result<DeleteQueryTemplateResponse> {
    let missing = || Error::no_template(&request.query_template_id);
    let id = convert::id(&request.query_template_id).ok_or_else(missing)?;
    let mut client = app.db.client().await?;
    let tx = client.begin().await?;
    let found = query_templates::lock(&tx, id).await?.ok_or_else(missing)?;
    given::etag("query template", id, found.etag, &request.etag)?;
    query_templates::delete(&tx, id).await?;
    tx.commit().await?;
    tracing::info!(query_template.id = %id, "deleted query template {} version {}", found.name, found.version);
    Ok(DeleteQueryTemplateResponse {})
}
