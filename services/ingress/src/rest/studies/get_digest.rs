//! `GET /api/v1/studies/{id}/digest`.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::proposal::GetDigestRequest;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        given::{Id, StudyId},
        shape::{Digest, One},
        shown,
    },
};

pub(in crate::rest) async fn get_digest(
    State(app): State<Arc<App>>,
    id: Id<StudyId>,
) -> Result<One<Digest>, ApiError> {
    let request = GetDigestRequest { study_id: id.to_string() };
    let mut studies = app.cores.studies.clone();
    let found = ask(Core::Proposal, studies.get_digest(request)).await?;
    Ok(One(shown(Core::Proposal, found.digest)?))
}
