//! The rows of every endpoint, a file per resource, and one test per endpoint that walks them.

mod clusters;
mod config_repos;
mod deliveries;
mod development;
mod locks;
pub(super) mod open;
mod opening;
mod previews;
mod proposals;
mod query_templates;
mod settling;
mod studies;

use super::{row::Endpoint, world::World};

macro_rules! endpoints {
    ($($test:ident: $rows:path,)*) => {
        $(
            #[tokio::test]
            async fn $test() {
                $rows().walk(&World::enter().await).await;
            }
        )*

        /// Every endpoint with its rows.
        pub(super) fn all() -> Vec<Endpoint> {
            vec![$($rows()),*]
        }
    };
}

endpoints! {
    proposals_are_created_as_told: proposals::create,
    proposals_are_shown_as_told: proposals::get,
    proposals_are_listed_as_told: proposals::list,
    events_are_listed_as_told: proposals::events,
    proposals_are_explained_as_told: proposals::why,
    pull_requests_are_opened_as_told: opening::open_pr,
    pull_requests_are_previewed_as_told: previews::preview,
    proposals_are_rejected_as_told: settling::reject,
    proposals_are_superseded_as_told: settling::supersede,
    proposals_are_reinstated_as_told: settling::reinstate,
    studies_are_created_as_told: studies::create,
    studies_are_listed_as_told: studies::list,
    studies_are_shown_as_told: studies::get,
    digests_are_shown_as_told: studies::get_digest,
    digests_are_written_as_told: studies::put_digest,
    config_repos_are_created_as_told: config_repos::create,
    config_repos_are_listed_as_told: config_repos::list,
    config_repos_are_shown_as_told: config_repos::get,
    config_repos_are_updated_as_told: config_repos::update,
    config_repos_are_deleted_as_told: config_repos::delete,
    config_repos_are_checked_as_told: config_repos::check,
    webhook_secrets_are_rotated_as_told: config_repos::rotate,
    clusters_are_created_as_told: clusters::create,
    clusters_are_listed_as_told: clusters::list,
    clusters_are_shown_as_told: clusters::get,
    clusters_are_updated_as_told: clusters::update,
    clusters_are_deleted_as_told: clusters::delete,
    query_templates_are_created_as_told: query_templates::create,
    query_templates_are_listed_as_told: query_templates::list,
    query_templates_are_shown_as_told: query_templates::get,
    query_templates_are_updated_as_told: query_templates::update,
    query_templates_are_deleted_as_told: query_templates::delete,
    deliveries_are_listed_as_told: deliveries::list,
    deliveries_are_shown_as_told: deliveries::get,
    deliveries_are_replayed_as_told: deliveries::replay,
    watched_repositories_are_listed_as_told: deliveries::watched,
    locks_are_listed_as_told: locks::list,
    locks_are_broken_as_told: locks::break_lock,
    studies_are_seeded_as_told: development::seed_completed,
    chains_are_seeded_as_told: development::seed_chain,
    test_proposals_are_deleted_as_told: development::delete_proposal,
    test_digests_are_deleted_as_told: development::delete_digest,
    test_studies_are_deleted_as_told: development::delete_study,
    test_judgment_lists_are_deleted_as_told: development::delete_judgment_list,
    test_query_sets_are_deleted_as_told: development::delete_query_set,
    test_query_templates_are_deleted_as_told: development::delete_query_template,
    health_is_told: open::health,
    readiness_is_told: open::readiness,
    the_document_is_told: open::document,
    numbers_are_told: open::numbers,
    deliveries_are_taken_as_told: open::webhook,
}
