//! `DeleteDigest`.

use pullwright_proto::proposal as v1;

use crate::{
    App,
    convert::id,
    error::{Error, Result},
    store::seeds,
};

/// Deletes a digest.
///
/// # Errors
/// No such digest, or the database is away.
pub(super) async fn delete_digest(
    app: &App,
    request: v1::DeleteDigestRequest,
) -> Result<v1::DeleteDigestResponse> {
    let id = id::parse("digest_id", &request.digest_id)?;
    let mut db = app.db.client().await?;
    let tx = db.begin().await?;
    if !seeds::studies::delete_digest(&tx, id).await? {
        return Err(Error::DigestNotFound(id));
    }
    tx.commit().await?;
    Ok(v1::DeleteDigestResponse {})
}
