//! Soft deletions: what they hide, what they free, what they keep.

use futures::future::join_all;
use pullwright_proto::{error::ErrorReason, registry as v1};
use pullwright_rpc::Role;
use tonic::Code;

use crate::harness::{Registry, cluster, repo};

const URL: &str = "https://github.com/acme/a";

async fn registry() -> Registry {
    let registry = Registry::start().await;
    registry.secret("acme_pat", "the-acme-credential");
    registry.secret("hook", "a-webhook-secret");
    registry
}

/// AIP-135: deleting what is deleted is NOT_FOUND.
#[tokio::test]
async fn what_is_deleted_is_not_found_by_anybody_not_even_by_a_second_deletion() {
    let registry = registry().await;
    let repo = registry.register(repo("a", URL)).await.unwrap();
    let cluster = registry.create_cluster(cluster("a")).await.unwrap();
    let template = registry.create_template("t", "{}").await.unwrap();
    registry.delete_repo(&repo.id, "").await.unwrap();
    registry.delete_cluster(&cluster.id, "").await.unwrap();
    registry.delete_template(&template.id, "").await.unwrap();

    let repos = [
        registry.repo(&repo.id).await.map(drop),
        registry.delete_repo(&repo.id, "").await,
        registry.update_repo("name", repo.clone()).await.map(drop),
        registry.mint(&repo.id).await.map(drop),
    ];
    let clusters = [
        registry.cluster(&cluster.id).await.map(drop),
        registry.delete_cluster(&cluster.id, "").await,
        registry.update_cluster("name", cluster.clone()).await.map(drop),
        registry.resolve(&cluster.id, &template.id).await.map(drop),
    ];
    let other = registry.create_cluster(crate::harness::cluster("b")).await.unwrap();
    let templates = [
        registry.template(&template.id).await.map(drop),
        registry.delete_template(&template.id, "").await,
        registry.update_template("body", template.clone()).await.map(drop),
        registry.resolve(&other.id, &template.id).await.map(drop),
    ];
    for (answers, reason) in [
        (repos, ErrorReason::ConfigRepoNotFound),
        (clusters, ErrorReason::ClusterNotFound),
        (templates, ErrorReason::TemplateNotFound),
    ] {
        for answer in answers {
            let refusal = answer.unwrap_err();
            assert_eq!((refusal.code, refusal.reason), (Code::NotFound, reason));
        }
    }
}

#[tokio::test]
async fn what_was_never_there_cannot_be_deleted() {
    let registry = registry().await;
    for id in ["", "x", "01890000-0000-7000-8000-000000000000"] {
        for (answer, reason) in [
            (registry.delete_repo(id, "").await, ErrorReason::ConfigRepoNotFound),
            (registry.delete_cluster(id, "").await, ErrorReason::ClusterNotFound),
            (registry.delete_template(id, "").await, ErrorReason::TemplateNotFound),
        ] {
            assert_eq!(answer.unwrap_err().reason, reason);
        }
    }
}

#[tokio::test]
async fn a_deletion_with_an_old_etag_is_refused_and_deletes_nothing() {
    let registry = registry().await;
    let old = registry.register(repo("a", URL)).await.unwrap();
    let new = registry.update_repo("name", old.clone()).await.unwrap();
    let refusal = registry.delete_repo(&old.id, &old.etag).await.unwrap_err();
    assert_eq!((refusal.code, refusal.reason), (Code::Aborted, ErrorReason::EtagMismatch));
    let cluster = registry.create_cluster(cluster("a")).await.unwrap();
    let template = registry.create_template("t", "{}").await.unwrap();
    for answer in [
        registry.delete_cluster(&cluster.id, "\"7\"").await,
        registry.delete_template(&template.id, "\"7\"").await,
    ] {
        assert_eq!(answer.unwrap_err().reason, ErrorReason::EtagMismatch);
    }
    registry.delete_repo(&new.id, &new.etag).await.unwrap();
    registry.delete_cluster(&cluster.id, &cluster.etag).await.unwrap();
    registry.delete_template(&template.id, &template.etag).await.unwrap();
}

#[tokio::test]
async fn of_concurrent_deletions_one_happens() {
    let registry = registry().await;
    let cluster = registry.create_cluster(cluster("a")).await.unwrap();
    let answers = join_all((0..6).map(|_| registry.delete_cluster(&cluster.id, ""))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    for refusal in answers.into_iter().filter_map(Result::err) {
        assert_eq!(refusal.reason, ErrorReason::ClusterNotFound);
    }
}

#[tokio::test]
async fn lists_show_nothing_that_is_deleted() {
    let registry = registry().await;
    let repo_id = registry.register(repo("a", URL)).await.unwrap().id;
    let cluster_id = registry.create_cluster(cluster("a")).await.unwrap().id;
    let template_id = registry.create_template("t", "{}").await.unwrap().id;
    registry.delete_repo(&repo_id, "").await.unwrap();
    registry.delete_cluster(&cluster_id, "").await.unwrap();
    registry.delete_template(&template_id, "").await.unwrap();
    let repos =
        registry.config_repos().list_config_repos(v1::ListConfigReposRequest::default()).await;
    let repos = repos.unwrap().into_inner();
    assert_eq!((repos.config_repos.len(), repos.total_size), (0, 0));
    let clusters = registry.clusters().list_clusters(v1::ListClustersRequest::default()).await;
    let clusters = clusters.unwrap().into_inner();
    assert_eq!((clusters.clusters.len(), clusters.total_size), (0, 0));
    let templates = registry
        .query_templates()
        .list_query_templates(v1::ListQueryTemplatesRequest::default())
        .await;
    let templates = templates.unwrap().into_inner();
    assert_eq!((templates.query_templates.len(), templates.total_size), (0, 0));
}

#[tokio::test]
async fn names_of_deleted_things_are_free_again() {
    let registry = registry().await;
    let first = registry.register(repo("a", URL)).await.unwrap();
    registry.delete_repo(&first.id, "").await.unwrap();
    let other = registry.register(repo("a", "https://github.com/acme/b")).await.unwrap();
    assert_ne!(other.id, first.id);
    let old = registry.create_cluster(cluster("a")).await.unwrap();
    registry.delete_cluster(&old.id, "").await.unwrap();
    let new = registry.create_cluster(cluster("a")).await.unwrap();
    assert_ne!(new.id, old.id);
    let refusal = registry.create_cluster(cluster("a")).await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::ClusterNameTaken, "among the living it is taken");
}

/// Lanes, locks, branches and deliveries are known by a repository's id: its old pull requests are still its own.
#[tokio::test]
async fn a_repository_registered_again_has_its_old_id_and_everything_else_anew() {
    let registry = registry().await;
    let request = v1::CreateConfigRepoRequest {
        webhook_secret_ref: "hook".into(),
        pr_base_branch: "release".into(),
        ..repo("a", URL)
    };
    let first = registry.register(request).await.unwrap();
    registry.delete_repo(&first.id, "").await.unwrap();
    registry.secret("second_pat", "the-second-credential");
    let request = v1::CreateConfigRepoRequest {
        auth_ref: "second_pat".into(),
        ..repo("b", "https://github.com/ACME/A.git")
    };
    let again = registry.register(request).await.unwrap();
    assert_eq!(again.id, first.id);
    assert_eq!(
        (again.name.as_str(), again.repo_url.as_str(), again.pr_base_branch.as_str()),
        ("b", "https://github.com/ACME/A.git", "main")
    );
    assert_eq!((again.auth_ref.as_str(), again.webhook_secret_ref.as_str()), ("second_pat", ""));
    assert_ne!(again.etag, first.etag);
    assert_ne!(again.created_at, first.created_at);
    assert_eq!(registry.repo(&first.id).await.unwrap(), again);
    assert_eq!(registry.count("config_repos").await, 1);
    // It is taken again, its old name is not.
    let refusal = registry.register(repo("c", URL)).await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::ConfigRepoUrlTaken);
    registry.register(repo("a", "https://github.com/acme/b")).await.unwrap();
}

#[tokio::test]
async fn a_taken_name_is_named_before_an_address_that_was_deleted_or_is_taken() {
    let registry = registry().await;
    registry.register(repo("taken", "https://github.com/acme/b")).await.unwrap();
    let deleted = registry.register(repo("a", URL)).await.unwrap();
    registry.delete_repo(&deleted.id, "").await.unwrap();
    for url in [URL, "https://github.com/acme/b"] {
        let refusal = registry.register(repo("taken", url)).await.unwrap_err();
        assert_eq!(refusal.reason, ErrorReason::ConfigRepoNameTaken, "{url}");
    }
    assert_eq!(
        registry.repo(&deleted.id).await.unwrap_err().reason,
        ErrorReason::ConfigRepoNotFound
    );
}

#[tokio::test]
async fn of_concurrent_registrations_of_a_deleted_repository_one_is_made() {
    let registry = registry().await;
    let deleted = registry.register(repo("a", URL)).await.unwrap();
    registry.delete_repo(&deleted.id, "").await.unwrap();
    let answers = join_all((0..6).map(|n| registry.register(repo(&format!("n{n}"), URL)))).await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(made.len(), 1);
    assert_eq!(made.into_iter().next().unwrap().unwrap().id, deleted.id);
    for refusal in refused.into_iter().filter_map(Result::err) {
        assert_eq!(refusal.reason, ErrorReason::ConfigRepoUrlTaken);
    }
}

#[tokio::test]
async fn a_deleted_repositorys_secrets_are_given_to_nobody_and_stay_bound() {
    let registry = registry().await;
    let hooked =
        v1::CreateConfigRepoRequest { webhook_secret_ref: "hook".into(), ..repo("a", URL) };
    let found = registry.register(hooked).await.unwrap();
    assert_eq!(registry.webhook_secrets("acme/a").await.len(), 1);
    registry.delete_repo(&found.id, "").await.unwrap();
    assert!(registry.webhook_secrets("acme/a").await.is_empty());
    assert_eq!(registry.mint(&found.id).await.unwrap_err().reason, ErrorReason::ConfigRepoNotFound);
    // Whoever may delete a registration does not thereby come by its owner's secret.
    let refusal = registry.register(repo("b", "https://github.com/other/b")).await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::AuthRefInUse);
}

#[tokio::test]
async fn only_the_ledger_may_delete() {
    let registry = registry().await;
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Proposal) {
        let mut repos =
            v1::config_repo_service_client::ConfigRepoServiceClient::new(registry.connection(role));
        let mut clusters =
            v1::cluster_service_client::ClusterServiceClient::new(registry.connection(role));
        let mut templates = v1::query_template_service_client::QueryTemplateServiceClient::new(
            registry.connection(role),
        );
        let codes = [
            repos.delete_config_repo(v1::DeleteConfigRepoRequest::default()).await.map(drop),
            clusters.delete_cluster(v1::DeleteClusterRequest::default()).await.map(drop),
            templates
                .delete_query_template(v1::DeleteQueryTemplateRequest::default())
                .await
                .map(drop),
        ];
        for answer in codes {
            assert_eq!(answer.unwrap_err().code(), Code::PermissionDenied, "{role}");
        }
    }
}
