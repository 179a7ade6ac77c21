//! Creates the next version of a query template.

use pullwright_proto::registry::{CreateQueryTemplateRequest, CreateQueryTemplateResponse};
use uuid::Uuid;

use crate::{
    App, domain::NewQueryTemplate, error::Result, rpc::repeat::Call, store::query_templates,
};

/// Creates the next version of a query template.
///
/// # Errors
/// A field is malformed.
pub(super) async fn create_query_template(
    app: &App,
    mut request: CreateQueryTemplateRequest,
) -> Result<CreateQueryTemplateResponse> {
    let request_id = std::mem::take(&mut request.request_id);
    let call = Call::new("CreateQueryTemplate", request_id, &request);
    let new = NewQueryTemplate::from(request).check()?;

    call.once(app, async |tx| {
        query_templates::take_turns(tx, &new.name).await?;
        // Made after the turn has come, so that a later version has the larger id.
        let template = query_templates::insert(tx, Uuid::now_v7(), &new).await?;
        let (id, version) = (template.id, template.version);
        let answer = CreateQueryTemplateResponse { query_template: Some(template.into()) };
        Ok((answer, move || tracing::info!(query_template.id = %id, "created query template {} version {version}", new.name)))
    })
    .await
}
