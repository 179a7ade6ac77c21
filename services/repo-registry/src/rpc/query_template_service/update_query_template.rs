//! Changes one version of a query template.

use pullwright_proto::registry::{UpdateQueryTemplateRequest, UpdateQueryTemplateResponse};

use crate::{
    App, Error, convert,
    domain::{QueryTemplate, QueryTemplateChange},
    error::Result,
    rpc::{given, repeat::Call},
    store::query_templates,
};

/// Takes over the fields that the mask names, in this version only; generations that were accepted before keep what they froze.
///
/// # Errors
/// In this order: a field is malformed, there is no such query template, the etag is old.
pub(super) async fn update_query_template(
    app: &App,
    mut request: UpdateQueryTemplateRequest,
) -> Result<UpdateQueryTemplateResponse> {
    let request_id = std::mem::take(&mut request.request_id);
    let call = Call::new("UpdateQueryTemplate", request_id, &request);
    let mask = given::mask(request.update_mask, QueryTemplateChange::FIELDS)?;
    let given = given::resource("query_template", request.query_template)?;
    let change = QueryTemplateChange::masked(&mask, given.clone().into()).check()?;
    let missing = || Error::no_template(&given.id);
    let id = convert::id(&given.id).ok_or_else(missing)?;

    call.once(app, async |tx| {
        let found = query_templates::lock(tx, id).await?.ok_or_else(missing)?;
        given::etag("query template", id, found.etag, &given.etag)?;
        let version = if given.version == 0 { String::new() } else { given.version.to_string() };
        mask.keeps(&[
            ("name", &given.name, &found.name),
            ("engine_type", &given.engine_type, &found.engine_type),
            ("version", &version, &found.version.to_string()),
        ])?;
        let changed = QueryTemplate {
            body: change.body.unwrap_or(found.body),
            declared_params_json: change.declared_params_json.unwrap_or(found.declared_params_json),
            ..found
        };
        let updated = query_templates::update(tx, &changed).await?;
        let answer = UpdateQueryTemplateResponse { query_template: Some(updated.into()) };
        Ok((answer, move || tracing::info!(query_template.id = %id, "updated query template {} version {}", changed.name, changed.version)))
    })
    .await
}
