//! Where a change is written, as the ledger asks.

use std::fs;

use pullwright_proto::{error::ErrorReason, registry as v1};

use crate::harness::{Registry, cluster, repo};

#[tokio::test]
async fn a_target_names_the_repository_and_whether_a_credential_can_be_had() {
    let registry = Registry::start().await;
    registry.secret("acme_pat", "the-acme-credential");
    let mut request = repo("a", "https://github.com/Acme/search-config.git");
    request.pr_base_branch = "release".into();
    let repo = registry.register(request).await.unwrap();
    let wired = v1::CreateClusterRequest {
        config_repo_id: repo.id.clone(),
        config_path: "configs".into(),
        ..cluster("a")
    };
    let cluster = registry.create_cluster(wired).await.unwrap();
    let template = registry.create_template("t", "{\"boost\":\"float\"}").await.unwrap();

    let target = registry.resolve(&cluster.id, &template.id).await.unwrap();
    assert_eq!(
        (target.cluster.as_ref(), target.query_template.as_ref()),
        (Some(&cluster), Some(&template))
    );
    let repository = target.repository.unwrap();
    assert_eq!(
        (
            repository.id.as_str(),
            repository.host.as_str(),
            repository.owner.as_str(),
            repository.name.as_str()
        ),
        (repo.id.as_str(), "https://github.com", "Acme", "search-config")
    );
    assert_eq!((repository.pr_base_branch.as_str(), repository.has_credential), ("release", true));
    assert_eq!(repository.credential_problem, "");

    fs::remove_file(registry.path("acme_pat")).unwrap();
    let repository = registry.resolve(&cluster.id, &template.id).await.unwrap().repository.unwrap();
    assert!(!repository.has_credential);
    assert!(
        repository.credential_problem.contains("`acme_pat` does not exist"),
        "{}",
        repository.credential_problem
    );
}

#[tokio::test]
async fn an_unwired_cluster_has_no_repository() {
    let registry = Registry::start().await;
    let cluster = registry.create_cluster(cluster("a")).await.unwrap();
    let template = registry.create_template("t", "{}").await.unwrap();
    assert_eq!(registry.resolve(&cluster.id, &template.id).await.unwrap().repository, None);
}

#[tokio::test]
async fn what_does_not_exist_is_named_the_cluster_first() {
    let registry = Registry::start().await;
    let cluster = registry.create_cluster(cluster("a")).await.unwrap();
    assert_eq!(registry.resolve("x", "y").await.unwrap_err().reason, ErrorReason::ClusterNotFound);
    assert_eq!(
        registry.resolve(&cluster.id, "y").await.unwrap_err().reason,
        ErrorReason::TemplateNotFound
    );
}
