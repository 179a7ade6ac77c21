//! `DeleteStudy`.

use pullwright_proto::proposal as v1;

use crate::{
    App,
    convert::id,
    error::{Error, Result},
    store::seeds::studies,
};

/// Deletes a study that nothing depends on.
///
/// # Errors
/// No such study, something depends on it, or the database is away.
pub(super) async fn delete_study(
    app: &App,
    request: v1::DeleteStudyRequest,
) -> Result<v1::DeleteStudyResponse> {
    let id = id::parse("study_id", &request.study_id)?;
    let mut db = app.db.client().await?;
    let tx = db.begin().await?;
    if !studies::lock(&tx, id).await? {
        return Err(Error::StudyNotFound(id));
    }
    if let Some(dependent) = studies::dependent(&tx, id).await? {
        return Err(Error::HasDependent { id, dependent });
    }
    studies::delete(&tx, id).await?;
    tx.commit().await?;
    Ok(v1::DeleteStudyResponse {})
}
