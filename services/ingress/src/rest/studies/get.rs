//! `GET /api/v1/studies/{id}`: with trials and digest.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::proposal::GetStudyRequest;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        given::{Id, StudyId},
        shape::{One, Study},
        shown,
    },
};

pub(in crate::rest) async fn get(
    State(app): State<Arc<App>>,
    id: Id<StudyId>,
) -> Result<One<Study>, ApiError> {
    let request = GetStudyRequest { study_id: id.to_string() };
    let mut studies = app.cores.studies.clone();
    let found = ask(Core::Proposal, studies.get_study(request)).await?;
    Ok(One(shown(Core::Proposal, found.study)?))
}
