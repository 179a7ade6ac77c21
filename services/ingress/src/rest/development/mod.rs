//! `/api/v1/_test`: seeds for tests of clients, and their removal (RelyLoop §16).
//!
//! Only a development environment has these routes: elsewhere they are not in the router, so that nothing tells them from
//! routes that nobody ever wrote.

mod delete;
mod seed_chain;
mod seed_completed;

use pullwright_proto::error::ErrorReason as R;

use super::{
    route::Route,
    table::{act, remove},
};

/// The calls of a development environment.
pub(super) fn routes() -> Vec<Route> {
    let seeds = &[R::ClusterNotFound, R::TemplateNotFound];
    vec![
        act("/api/v1/_test/studies/seed-completed", seed_completed::seed_completed)
            .named("seedCompletedStudy", "Records a completed study with trials, a digest and, if wanted, a pending proposal.")
            .refuses(seeds),
        act("/api/v1/_test/auto-followup/seed-chain", seed_chain::seed_chain)
            .named("seedChain", "Records a chain of studies: a root, links in the middle and a leaf.")
            .refuses(seeds),
        remove("/api/v1/_test/proposals/{id}", delete::proposal)
            .named("deleteTestProposal", "Deletes a proposal with its history."),
        remove("/api/v1/_test/digests/{id}", delete::digest)
            .named("deleteTestDigest", "Deletes a digest."),
        remove("/api/v1/_test/studies/{id}", delete::study)
            .named("deleteTestStudy", "Deletes a study with its trials.")
            .refuses(&[R::StudyHasDependentProposal, R::StudyHasDependentDigest]),
        remove("/api/v1/_test/judgment-lists/{id}", delete::judgment_list)
            .named("deleteTestJudgmentList", "Deletes a judgment list.")
            .refuses(&[R::JudgmentListHasDependentStudy]),
        remove("/api/v1/_test/query-sets/{id}", delete::query_set)
            .named("deleteTestQuerySet", "Deletes a query set.")
            .refuses(&[R::QuerySetHasDependentStudy, R::QuerySetHasDependentJudgmentList]),
        remove("/api/v1/_test/query-templates/{id}", delete::query_template)
            .named("deleteTestQueryTemplate", "Deletes a query template for good.")
            .refuses(&[
                R::QueryTemplateHasDependentStudy,
                R::QueryTemplateHasDependentProposal,
                R::QueryTemplateHasDependentJudgmentList,
            ]),
    ]
}
