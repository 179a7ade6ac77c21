//! `DELETE /api/v1/_test/{resource}/{id}`: what a test made is gone.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::proposal as v1;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        given::{DigestId, Id, JudgmentListId, ProposalId, QuerySetId, QueryTemplateId, StudyId},
        shape::Gone,
    },
};

macro_rules! deletions {
    ($($call:ident $id:ident $method:ident $request:ident $field:ident),* $(,)?) => {$(
        pub(super) async fn $call(
            State(app): State<Arc<App>>,
            id: Id<$id>,
        ) -> Result<Gone, ApiError> {
            let mut development = app.cores.development.clone();
            let request = v1::$request { $field: id.to_string() };
            ask(Core::Proposal, development.$method(request)).await?;
            Ok(Gone)
        }
    )*};
}

deletions! {
    proposal ProposalId delete_proposal DeleteProposalRequest proposal_id,
    digest DigestId delete_digest DeleteDigestRequest digest_id,
    study StudyId delete_study DeleteStudyRequest study_id,
    judgment_list JudgmentListId delete_judgment_list DeleteJudgmentListRequest judgment_list_id,
    query_set QuerySetId delete_query_set DeleteQuerySetRequest query_set_id,
    query_template QueryTemplateId purge_query_template PurgeQueryTemplateRequest query_template_id,
}
