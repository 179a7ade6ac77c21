//! `GetStudy`.

use pullwright_proto::proposal as v1;

use crate::{
    App,
    convert::{confidence, id, study},
    error::{Error, Result},
    store::{self, digests, studies, trials},
};

/// Returns one study with its trials, without their values per query, its digest, and how sure one may be of its winner.
///
/// # Errors
/// No such study, or the database is away.
pub(super) async fn get_study(
    app: &App,
    request: v1::GetStudyRequest,
) -> Result<v1::GetStudyResponse> {
    let id = id::parse("study_id", &request.study_id)?;
    let db = app.db.client().await?;
    let found = studies::get(&db, id).await?.ok_or(Error::StudyNotFound(id))?;
    let trials = trials::list(&db, id).await?;
    let digest = digests::of_study(&db, id).await?;
    let evidence = store::confidence::evidence(&db, id, &found.objective).await?;
    let confident = evidence.map(|evidence| {
        confidence::message(evidence.confidence(&found.objective), app.settings.query_texts)
    });
    Ok(v1::GetStudyResponse { study: Some(study::message(found, trials, digest, confident)) })
}
