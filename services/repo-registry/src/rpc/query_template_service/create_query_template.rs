//! Creates the next version of a query template.

use pullwright_proto::registry::{CreateQueryTemplateRequest, CreateQueryTemplateResponse};
use uuid::Uuid;

use crate::{App, domain::NewQueryTemplate, error::Result, store::query_templates};

/// Creates the next version of a query template.
///
/// # Errors
/// A field is malformed.
pub(super) async fn create_query_template(
    app: &App,
    request: CreateQueryTemplateRequest,
) -> Result<CreateQueryTemplateResponse> {
    let new = NewQueryTemplate::from(request).check()?;
    let mut client = app.db.client().await?;
    let tx = client.begin().await?;
    let template = query_templates::insert(&tx, Uuid::now_v7(), &new).await?;
    tx.commit().await?;
    tracing::info!(query_template.id = %template.id, "created query template {} version {}", template.name, template.version);
    Ok(CreateQueryTemplateResponse { query_template: Some(template.into()) })
}
