//! `DELETE /api/v1/query-templates/{id}`: through the ledger, which knows whether a proposal still needs it.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::proposal::DeleteQueryTemplateRequest;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        given::{Id, IfMatch, QueryTemplateId},
        shape::Gone,
    },
};

pub(in crate::rest) async fn delete(
    State(app): State<Arc<App>>,
    id: Id<QueryTemplateId>,
    if_match: IfMatch,
) -> Result<Gone, ApiError> {
    let etag = if_match.or(None)?;
    let request = DeleteQueryTemplateRequest { query_template_id: id.to_string(), etag };
    let mut deletions = app.cores.deletions.clone();
    ask(Core::Proposal, deletions.delete_query_template(request)).await?;
    Ok(Gone)
}
