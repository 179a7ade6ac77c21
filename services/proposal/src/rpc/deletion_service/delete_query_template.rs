//! `DeleteQueryTemplate`.

use pullwright_proto::proposal as v1;

use crate::{App, domain::usage::Resource, error::Result, rpc::deletion::Deletion, store::usage};

/// Deletes one version of a query template that no unfinished proposal needs.
///
/// # Errors
/// A proposal needs it, the registry refused, or a dependency is away.
pub(super) async fn delete_query_template(
    app: &App,
    request: v1::DeleteQueryTemplateRequest,
) -> Result<v1::DeleteQueryTemplateResponse> {
    let id = request.query_template_id;
    let deletion = Deletion::begin(app, Resource::QueryTemplate, &id, async |tx, id| {
        usage::of_query_template(tx, id).await
    })
    .await?;
    let answer = app.registry.delete_query_template(id, request.etag).await;
    deletion.end(app, &answer).await;
    answer.map(|()| v1::DeleteQueryTemplateResponse {})
}
