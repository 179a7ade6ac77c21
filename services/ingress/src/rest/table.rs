//! Every call: the router and the document are both made of this.

use std::sync::Arc;

use axum::{handler::Handler, http::Method, routing::MethodFilter};
use pullwright_proto::error::ErrorReason as R;

use super::{
    clusters::{self, Clusters},
    config_repos::{self, ConfigRepos},
    deliveries::{self, Deliveries},
    development, list,
    locks::{self, Locks},
    proposals::{self, Proposals},
    query_templates::{self, QueryTemplates},
    repositories::Repositories,
    route::Route,
    studies::{self, Studies},
};
use crate::{App, Role, metrics, openapi::Described};

/// What `open_pr` may refuse, in the order in which it looks (RelyLoop §4.4).
const OF_OPENING: &[R] =
    &[R::InvalidStateTransition, R::ClusterHasNoConfigRepo, R::GithubNotConfigured];

/// All calls behind a door.
pub(super) fn routes(development: bool) -> Vec<Route> {
    let mut routes = vec![
        look("/api/v1/proposals", list::<Proposals>)
            .named("listProposals", "Lists proposals, without diff, study and digest."),
        act("/api/v1/proposals", proposals::create)
            .named("createProposal", "Records a manual proposal.")
            .refuses(&[R::ClusterNotFound, R::TemplateNotFound]),
        look("/api/v1/proposals/{id}", proposals::get)
            .named("getProposal", "Shows a proposal with its diff, study and digest."),
        act("/api/v1/proposals/{id}/open_pr", proposals::open_pr)
            .named("openPullRequest", "Queues the job that opens the pull request; asking twice is asking once.")
            .refuses(OF_OPENING),
        act("/api/v1/proposals/{id}/preview", proposals::preview)
            .named("previewPullRequest", "Shows exactly what would be opened now; writes nothing anywhere.")
            .refuses(OF_OPENING)
            .refuses_as_its_job(),
        act("/api/v1/proposals/{id}/reject", proposals::reject)
            .named("rejectProposal", "Rejects a proposal; its pull request, being opened or open, is closed and its branch deleted.")
            .refuses(&[R::InvalidStateTransition]),
        act("/api/v1/proposals/{id}/supersede", proposals::supersede)
            .named("supersedeProposal", "Lets a proposal give way to another, with the consequences of a rejection.")
            .refuses(&[R::InvalidStateTransition]),
        act("/api/v1/proposals/{id}/reinstate", proposals::reinstate)
            .named("reinstateProposal", "Makes a superseded proposal pending again.")
            .refuses(&[R::InvalidStateTransition]),
        look("/api/v1/proposals/{id}/why", proposals::why)
            .named("explainProposal", "Says where a proposal stands, what was tried, what happens next and what a person can do."),
        look("/api/v1/proposals/{id}/events", proposals::events)
            .named("listProposalEvents", "Lists what happened to a proposal, the oldest first; or follows it, for `Accept: text/event-stream`."),
        look("/api/v1/config-repos", list::<ConfigRepos>)
            .named("listConfigRepos", "Lists config repositories, without their newest merges."),
        act("/api/v1/config-repos", config_repos::create)
            .named("createConfigRepo", "Registers a config repository; the provider follows from the address.")
            .refuses(&[R::UnsupportedProvider, R::GithubNotConfigured, R::AuthRefNotFound, R::AuthRefInUse, R::ConfigRepoNameTaken, R::ConfigRepoUrlTaken]),
        look("/api/v1/config-repos/{id}", config_repos::get)
            .named("getConfigRepo", "Shows a config repository with its newest merged proposal."),
        change("/api/v1/config-repos/{id}", config_repos::update)
            .named("updateConfigRepo", "Changes a config repository; pull requests that were asked for before keep what they froze.")
            .refuses(&[R::GithubNotConfigured, R::AuthRefNotFound, R::AuthRefInUse, R::ConfigRepoNameTaken]),
        remove("/api/v1/config-repos/{id}", config_repos::delete)
            .named("deleteConfigRepo", "Deletes a config repository that no unfinished proposal needs.")
            .refuses(&[R::ConfigRepoInUse]),
        act("/api/v1/config-repos/{id}/check", config_repos::check)
            .named("checkConfigRepo", "Checks all that a config repository's pull requests need: credential, permissions, branches, folders, files."),
        admin("/api/v1/config-repos/{id}/rotate-webhook-secret", config_repos::rotate)
            .named("rotateWebhookSecret", "Makes a new webhook secret; the one before it is taken until all hooks that share it have the new one, and a while longer.")
            .refuses(&[R::WebhookSecretNotConfigured, R::SecretsReadOnly, R::InvalidStateTransition, R::EtagMismatch]),
        look("/api/v1/clusters", list::<Clusters>).named("listClusters", "Lists clusters."),
        act("/api/v1/clusters", clusters::create)
            .named("createCluster", "Registers a cluster, wired to a folder of a config repository or not.")
            .refuses(&[R::ConfigRepoNotFound, R::ClusterNameTaken]),
        look("/api/v1/clusters/{id}", clusters::get).named("getCluster", "Shows a cluster."),
        change("/api/v1/clusters/{id}", clusters::update)
            .named("updateCluster", "Changes a cluster; pull requests that were asked for before keep what they froze.")
            .refuses(&[R::ConfigRepoNotFound, R::ClusterNameTaken]),
        remove("/api/v1/clusters/{id}", clusters::delete)
            .named("deleteCluster", "Deletes a cluster that no unfinished proposal needs.")
            .refuses(&[R::ClusterInUse]),
        look("/api/v1/query-templates", list::<QueryTemplates>)
            .named("listQueryTemplates", "Lists query templates, each version by itself."),
        act("/api/v1/query-templates", query_templates::create)
            .named("createQueryTemplate", "Registers the next version of a query template."),
        look("/api/v1/query-templates/{id}", query_templates::get)
            .named("getQueryTemplate", "Shows one version of a query template."),
        change("/api/v1/query-templates/{id}", query_templates::update)
            .named("updateQueryTemplate", "Changes one version of a query template; pull requests that were asked for before keep what they froze."),
        remove("/api/v1/query-templates/{id}", query_templates::delete)
            .named("deleteQueryTemplate", "Deletes one version of a query template that no unfinished proposal needs.")
            .refuses(&[R::TemplateInUse]),
        look("/api/v1/studies", list::<Studies>)
            .named("listStudies", "Lists studies, without trials and digests."),
        act("/api/v1/studies", studies::create)
            .named("createStudy", "Records a finished study, its digest and the proposal that follows, all or nothing.")
            .refuses(&[R::ClusterNotFound, R::TemplateNotFound, R::StudyNotFound, R::ProposalNotFound]),
        look("/api/v1/studies/{id}", studies::get)
            .named("getStudy", "Shows a study with its trials and its digest."),
        look("/api/v1/studies/{id}/digest", studies::get_digest)
            .named("getDigest", "Shows a study's digest.")
            .refuses(&[R::DigestNotReady]),
        write("/api/v1/studies/{id}/digest", studies::put_digest)
            .named("putDigest", "Writes a study's digest and fills its pending proposal.")
            .refuses(&[R::InvalidStateTransition, R::TemplateNotFound]),
        look("/api/v1/deliveries", list::<Deliveries>)
            .named("listDeliveries", "Lists deliveries of GitHub's, without headers and bodies."),
        look("/api/v1/deliveries/{id}", deliveries::get)
            .named("getDelivery", "Shows a delivery with its headers and its body, credentials taken out."),
        admin("/api/v1/deliveries/{id}/replay", deliveries::replay)
            .named("replayDelivery", "Applies a kept delivery again, by the rules that hold now; one that is applied already changes nothing."),
        look("/api/v1/repositories", list::<Repositories>)
            .named("listWatchedRepositories", "Lists the repositories that are watched: their hooks, GitHub's log of deliveries, their pull requests, and what went wrong last."),
        look("/metrics", metrics::show).named("getMetrics", "Shows what this process counts, for Prometheus."),
        look("/api/v1/locks", list::<Locks>).named("listLocks", "Lists the repository locks that runners hold."),
        admin("/api/v1/locks/{repository_id}/break", locks::break_lock)
            .named("breakLock", "Breaks a repository's lock: first its lease is revoked, then the lock is taken away."),
    ];
    if development {
        routes.extend(development::routes());
    }
    routes
}

/// A `GET`, for everybody who may look.
fn look<T: 'static, D>(
    path: &'static str,
    handler: impl Handler<T, Arc<App>> + Described<D>,
) -> Route {
    Route::new((Method::GET, MethodFilter::GET), path, Some(Role::Viewer), handler)
}

/// A `POST`, for operators.
pub(super) fn act<T: 'static, D>(
    path: &'static str,
    handler: impl Handler<T, Arc<App>> + Described<D>,
) -> Route {
    Route::new((Method::POST, MethodFilter::POST), path, Some(Role::Operator), handler)
}

/// A `PUT`, for operators.
fn write<T: 'static, D>(
    path: &'static str,
    handler: impl Handler<T, Arc<App>> + Described<D>,
) -> Route {
    Route::new((Method::PUT, MethodFilter::PUT), path, Some(Role::Operator), handler)
}

/// A `PATCH`, for operators.
fn change<T: 'static, D>(
    path: &'static str,
    handler: impl Handler<T, Arc<App>> + Described<D>,
) -> Route {
    Route::new((Method::PATCH, MethodFilter::PATCH), path, Some(Role::Operator), handler)
}

/// A `DELETE`, for admins.
pub(super) fn remove<T: 'static, D>(
    path: &'static str,
    handler: impl Handler<T, Arc<App>> + Described<D>,
) -> Route {
    Route::new((Method::DELETE, MethodFilter::DELETE), path, Some(Role::Admin), handler)
}

/// A `POST` that takes something away or does it again, for admins.
fn admin<T: 'static, D>(
    path: &'static str,
    handler: impl Handler<T, Arc<App>> + Described<D>,
) -> Route {
    Route::new((Method::POST, MethodFilter::POST), path, Some(Role::Admin), handler)
}
