//! `GetDigest`.

use pullwright_proto::proposal as v1;

use crate::{
    App,
    convert::{id, study},
    error::{Error, Result},
    store::{digests, studies},
};

/// Returns a study's digest.
///
/// # Errors
/// No such study, no digest yet, or the database is away.
pub(super) async fn get_digest(
    app: &App,
    request: v1::GetDigestRequest,
) -> Result<v1::GetDigestResponse> {
    let id = id::parse("study_id", &request.study_id)?;
    let db = app.db.client().await?;
    studies::get(&db, id).await?.ok_or(Error::StudyNotFound(id))?;
    let digest = digests::of_study(&db, id).await?.ok_or(Error::DigestNotReady(id))?;
    Ok(v1::GetDigestResponse { digest: Some(study::digest(digest)) })
}
