//! `DeleteQuerySet`.

use pullwright_proto::proposal as v1;

use crate::{
    App,
    convert::id,
    error::{Error, Result},
    store::seeds::query_sets,
};

/// Deletes a query set that nothing depends on.
///
/// # Errors
/// No such query set, something depends on it, or the database is away.
pub(super) async fn delete_query_set(
    app: &App,
    request: v1::DeleteQuerySetRequest,
) -> Result<v1::DeleteQuerySetResponse> {
    let id = id::parse("query_set_id", &request.query_set_id)?;
    let mut db = app.db.client().await?;
    let tx = db.begin().await?;
    if !query_sets::lock(&tx, id).await? {
        return Err(Error::QuerySetNotFound(id));
    }
    if let Some(dependent) = query_sets::dependent(&tx, id).await? {
        return Err(Error::HasDependent { id, dependent });
    }
    query_sets::delete(&tx, id).await?;
    tx.commit().await?;
    Ok(v1::DeleteQuerySetResponse {})
}
