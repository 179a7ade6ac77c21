//! REST and gRPC alike: for every REST call there is a method that a reflection client reaches with an operator's token.

mod grpcurl;
mod story;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use tonic::Code;

use self::grpcurl::Grpcurl;
use super::world::World;

const PROPOSALS: &str = "pullwright.proposal.v1.ProposalService";
const STUDIES: &str = "pullwright.proposal.v1.StudyService";
const DELETIONS: &str = "pullwright.proposal.v1.DeletionService";
const DEVELOPMENT: &str = "pullwright.proposal.v1.DevelopmentService";
const DELIVERIES: &str = "pullwright.delivery.v1.DeliveryService";
const CONFIG_REPOS: &str = "pullwright.registry.v1.ConfigRepoService";
const CLUSTERS: &str = "pullwright.registry.v1.ClusterService";
const TEMPLATES: &str = "pullwright.registry.v1.QueryTemplateService";
const RUNNER: &str = "pullwright.runner.v1.RunnerService";
const HEALTH: &str = "grpc.health.v1.Health";

/// A REST call's method and path, and services with their methods.
type Same = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// Every REST call with the methods that do the same; a call that follows, too, has two.
const SAME: &[Same] = &[
    ("POST", "/api/v1/proposals", &[(PROPOSALS, "CreateProposal")]),
    ("GET", "/api/v1/proposals", &[(PROPOSALS, "ListProposals")]),
    ("GET", "/api/v1/proposals/{id}", &[(PROPOSALS, "GetProposal")]),
    (
        "GET",
        "/api/v1/proposals/{id}/events",
        &[(PROPOSALS, "ListProposalEvents"), (PROPOSALS, "WatchProposal")],
    ),
    ("GET", "/api/v1/proposals/{id}/why", &[(PROPOSALS, "ExplainProposal")]),
    ("POST", "/api/v1/proposals/{id}/open_pr", &[(PROPOSALS, "OpenPullRequest")]),
    ("POST", "/api/v1/proposals/{id}/preview", &[(RUNNER, "PreviewPullRequest")]),
    ("POST", "/api/v1/proposals/{id}/reject", &[(PROPOSALS, "RejectProposal")]),
    ("POST", "/api/v1/proposals/{id}/supersede", &[(PROPOSALS, "SupersedeProposal")]),
    ("POST", "/api/v1/proposals/{id}/reinstate", &[(PROPOSALS, "ReinstateProposal")]),
    ("POST", "/api/v1/studies", &[(STUDIES, "CreateStudy")]),
    ("GET", "/api/v1/studies", &[(STUDIES, "ListStudies")]),
    ("GET", "/api/v1/studies/{id}", &[(STUDIES, "GetStudy")]),
    ("GET", "/api/v1/studies/{id}/digest", &[(STUDIES, "GetDigest")]),
    ("PUT", "/api/v1/studies/{id}/digest", &[(STUDIES, "UpdateDigest")]),
    ("POST", "/api/v1/config-repos", &[(CONFIG_REPOS, "CreateConfigRepo")]),
    ("GET", "/api/v1/config-repos", &[(CONFIG_REPOS, "ListConfigRepos")]),
    (
        "GET",
        "/api/v1/config-repos/{id}",
        &[(CONFIG_REPOS, "GetConfigRepo"), (PROPOSALS, "GetLiveProposal")],
    ),
    ("PATCH", "/api/v1/config-repos/{id}", &[(CONFIG_REPOS, "UpdateConfigRepo")]),
    ("DELETE", "/api/v1/config-repos/{id}", &[(DELETIONS, "DeleteConfigRepo")]),
    ("POST", "/api/v1/config-repos/{id}/check", &[(RUNNER, "CheckConfigRepo")]),
    (
        "POST",
        "/api/v1/config-repos/{id}/rotate-webhook-secret",
        &[(CONFIG_REPOS, "RotateWebhookSecret")],
    ),
    ("GET", "/api/v1/deliveries", &[(DELIVERIES, "ListDeliveries")]),
    ("GET", "/api/v1/deliveries/{id}", &[(DELIVERIES, "GetDelivery")]),
    ("POST", "/api/v1/deliveries/{id}/replay", &[(DELIVERIES, "ReplayDelivery")]),
    ("GET", "/api/v1/repositories", &[(DELIVERIES, "ListWatchedRepositories")]),
    ("POST", "/api/v1/clusters", &[(CLUSTERS, "CreateCluster")]),
    ("GET", "/api/v1/clusters", &[(CLUSTERS, "ListClusters")]),
    ("GET", "/api/v1/clusters/{id}", &[(CLUSTERS, "GetCluster")]),
    ("PATCH", "/api/v1/clusters/{id}", &[(CLUSTERS, "UpdateCluster")]),
    ("DELETE", "/api/v1/clusters/{id}", &[(DELETIONS, "DeleteCluster")]),
    ("POST", "/api/v1/query-templates", &[(TEMPLATES, "CreateQueryTemplate")]),
    ("GET", "/api/v1/query-templates", &[(TEMPLATES, "ListQueryTemplates")]),
    ("GET", "/api/v1/query-templates/{id}", &[(TEMPLATES, "GetQueryTemplate")]),
    ("PATCH", "/api/v1/query-templates/{id}", &[(TEMPLATES, "UpdateQueryTemplate")]),
    ("DELETE", "/api/v1/query-templates/{id}", &[(DELETIONS, "DeleteQueryTemplate")]),
    ("GET", "/api/v1/locks", &[(RUNNER, "ListLocks")]),
    ("POST", "/api/v1/locks/{repository_id}/break", &[(RUNNER, "BreakLock")]),
    ("POST", "/api/v1/_test/studies/seed-completed", &[(DEVELOPMENT, "SeedCompletedStudy")]),
    ("POST", "/api/v1/_test/auto-followup/seed-chain", &[(DEVELOPMENT, "SeedChain")]),
    ("DELETE", "/api/v1/_test/proposals/{id}", &[(DEVELOPMENT, "DeleteProposal")]),
    ("DELETE", "/api/v1/_test/digests/{id}", &[(DEVELOPMENT, "DeleteDigest")]),
    ("DELETE", "/api/v1/_test/studies/{id}", &[(DEVELOPMENT, "DeleteStudy")]),
    ("DELETE", "/api/v1/_test/judgment-lists/{id}", &[(DEVELOPMENT, "DeleteJudgmentList")]),
    ("DELETE", "/api/v1/_test/query-sets/{id}", &[(DEVELOPMENT, "DeleteQuerySet")]),
    ("DELETE", "/api/v1/_test/query-templates/{id}", &[(DEVELOPMENT, "PurgeQueryTemplate")]),
    ("GET", "/healthz", &[(HEALTH, "Check")]),
    ("GET", "/readyz", &[(HEALTH, "Check")]),
];

/// REST calls that no operator needs over gRPC, each with why.
const REST_ALONE: &[(&str, &str, &str)] = &[
    ("POST", "/webhooks/github", "is GitHub's: the ingress alone may record what it verified"),
    ("GET", "/metrics", "counts one process; each core has a page of its own on its own port"),
    ("GET", "/openapi.json", "describes REST; over gRPC reflection does the same"),
];

#[tokio::test]
async fn every_rest_call_has_a_method_that_a_reflection_client_reaches_with_an_operators_token() {
    let world = World::enter().await;
    let documented: BTreeSet<_> = world.document.operations().into_iter().collect();
    let same = SAME.iter().map(|(method, path, _)| (*method, *path));
    let alone = REST_ALONE.iter().map(|(method, path, _)| (*method, *path));
    let owned = |(method, path): (&str, &str)| (method.to_owned(), path.to_owned());
    assert_eq!(same.chain(alone).map(owned).collect::<BTreeSet<_>>(), documented);

    let operator = Grpcurl::reach(world.stack).await;
    for (method, path, same) in SAME {
        for (service, name) in *same {
            assert!(
                operator.has(service, name),
                "{method} {path}: reflection has no {service}/{name}"
            );
            let answer = operator.ask(service, name, &json!({})).await;
            let code = answer.as_ref().err().map(tonic::Status::code);
            let known = [Code::InvalidArgument, Code::NotFound];
            assert!(code.is_none_or(|code| known.contains(&code)), "{service}/{name}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn what_a_person_may_do_over_grpc_can_be_done_over_rest() {
    let world = World::enter().await;
    let operator = Grpcurl::reach(world.stack).await;
    let known: BTreeSet<_> = SAME.iter().flat_map(|(_, _, same)| same.iter().copied()).collect();
    // Whose methods they are, where they are not an operator's.
    let others = BTreeMap::from([
        ("pullwright.job.v1.JobService", "runners"),
        (
            "pullwright.registry.v1.AppService",
            "the ledger; Apps are lines of a file that operators write",
        ),
        ("pullwright.registry.v1.CredentialService", "runners and the ingress"),
        ("pullwright.registry.v1.TargetService", "the ledger"),
        ("pullwright.registry.v1.DevelopmentService", "the ledger"),
        ("grpc.reflection.v1.ServerReflection", "every reflection client"),
        ("grpc.reflection.v1alpha.ServerReflection", "every reflection client"),
    ]);
    for (service, name) in operator.methods() {
        let method = (service.as_str(), name.as_str());
        if known.contains(&method) || others.contains_key(service.as_str()) || service == HEALTH {
            continue;
        }
        // The registry's own deletions are the ledger's to ask for, once it has seen that nobody needs the thing; what a runner
        // learned of a repository is the runner's to report, and what GitHub told the ingress' to record.
        let of_services = ["Delete", "Report", "Record"];
        let is_known = of_services.iter().any(|verb| name.starts_with(verb));
        assert!(is_known, "{service}/{name} has no REST call");
        let refused = operator.ask(&service, &name, &json!({})).await.unwrap_err();
        assert_eq!(refused.code(), Code::PermissionDenied, "{service}/{name}");
    }
}
