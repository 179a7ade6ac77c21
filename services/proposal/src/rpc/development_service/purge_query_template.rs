//! `PurgeQueryTemplate`.

use pullwright_proto::proposal as v1;

use crate::{
    App,
    error::{Error, Result},
    rpc::deletion::Deletion,
    store::usage,
};

/// Deletes a query template that nothing was made with, for good.
///
/// # Errors
/// Something was made with it, there is no such template, or a dependency is away.
pub(super) async fn purge_query_template(
    app: &App,
    request: v1::PurgeQueryTemplateRequest,
) -> Result<v1::PurgeQueryTemplateResponse> {
    let id = request.query_template_id;
    let deletion = Deletion::begin_unless(app, &id, async |tx, id| {
        let dependent = usage::dependent_of_query_template(tx, id).await?;
        Ok(dependent.map(|dependent| Error::HasDependent { id, dependent }))
    })
    .await?;
    let answer = app.registry.purge_query_template(id).await;
    deletion.end(app, &answer).await;
    answer.map(|()| v1::PurgeQueryTemplateResponse {})
}
