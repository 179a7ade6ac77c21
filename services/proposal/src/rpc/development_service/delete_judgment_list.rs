//! `DeleteJudgmentList`.

use pullwright_proto::proposal as v1;

use crate::{
    App,
    convert::id,
    error::{Error, Result},
    store::seeds::judgment_lists,
};

/// Deletes a judgment list that nothing depends on.
///
/// # Errors
/// No such judgment list, something depends on it, or the database is away.
pub(super) async fn delete_judgment_list(
    app: &App,
    request: v1::DeleteJudgmentListRequest,
) -> Result<v1::DeleteJudgmentListResponse> {
    let id = id::parse("judgment_list_id", &request.judgment_list_id)?;
    let mut db = app.db.client().await?;
    let tx = db.begin().await?;
    if !judgment_lists::lock(&tx, id).await? {
        return Err(Error::JudgmentListNotFound(id));
    }
    if let Some(dependent) = judgment_lists::dependent(&tx, id).await? {
        return Err(Error::HasDependent { id, dependent });
    }
    judgment_lists::delete(&tx, id).await?;
    tx.commit().await?;
    Ok(v1::DeleteJudgmentListResponse {})
}
