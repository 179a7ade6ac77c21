//! Creating and looking up clusters.

use pullwright_proto::{error::ErrorReason, registry as v1};
use tonic::Code;

use crate::harness::{Registry, cluster, repo};

#[tokio::test]
async fn a_wired_cluster_is_found_again() {
    let registry = Registry::start().await;
    registry.secret("acme_pat", "");
    let repo = registry.register(repo("x", "https://github.com/acme/x")).await.unwrap();
    let mut request = cluster("products prod é");
    request.config_repo_id = repo.id.clone();
    request.config_path = "configs/products-prod".into();
    let created = registry.create_cluster(request).await.unwrap();
    assert_eq!(
        (created.config_repo_id.as_str(), created.config_path.as_str()),
        (repo.id.as_str(), "configs/products-prod")
    );

    let request = v1::GetClusterRequest { cluster_id: created.id.clone() };
    let found = registry.clusters().get_cluster(request).await.unwrap().into_inner();
    assert_eq!(found.cluster.as_ref(), Some(&created));
    let page = registry
        .clusters()
        .list_clusters(v1::ListClustersRequest::default())
        .await
        .unwrap()
        .into_inner();
    assert_eq!((page.clusters, page.total_size, page.has_more), (vec![created], 1, false));
}

#[tokio::test]
async fn a_config_repository_that_nothing_has_is_not_found() {
    let registry = Registry::start().await;
    for id in ["01890000-0000-7000-8000-000000000000", "not-a-uuid"] {
        let request = v1::CreateClusterRequest { config_repo_id: id.into(), ..cluster("a") };
        let refusal = registry.create_cluster(request).await.unwrap_err();
        assert_eq!(
            (refusal.code, refusal.reason),
            (Code::NotFound, ErrorReason::ConfigRepoNotFound),
            "{id}"
        );
    }
    assert_eq!(registry.count("clusters").await, 0);
}

#[tokio::test]
async fn a_name_is_taken_once() {
    let registry = Registry::start().await;
    registry.create_cluster(cluster("a")).await.unwrap();
    let refusal = registry.create_cluster(cluster("a")).await.unwrap_err();
    assert_eq!(
        (refusal.code, refusal.reason),
        (Code::AlreadyExists, ErrorReason::ClusterNameTaken)
    );
}

#[tokio::test]
async fn every_malformed_field_is_named_in_one_answer() {
    let registry = Registry::start().await;
    let request = v1::CreateClusterRequest {
        name: String::new(),
        engine_type: "lucene".into(),
        environment: "production".into(),
        config_repo_id: "not-a-uuid".into(),
        config_path: "/etc".into(),
        ..v1::CreateClusterRequest::default()
    };
    let refusal = registry.create_cluster(request).await.unwrap_err();
    let fields: Vec<_> = refusal.violations.iter().map(|v| v.field.as_str()).collect();
    assert_eq!(
        (refusal.reason, fields),
        (ErrorReason::ValidationError, vec!["name", "engine_type", "environment", "config_path"])
    );
    assert!(
        refusal.message.contains("`engine_type` must be one of elasticsearch, opensearch, solr"),
        "{refusal}"
    );
}

#[tokio::test]
async fn an_id_that_nothing_has_is_not_found() {
    let registry = Registry::start().await;
    let request = v1::GetClusterRequest { cluster_id: "x".into() };
    let refusal =
        pullwright_rpc::Refusal::from(registry.clusters().get_cluster(request).await.unwrap_err());
    assert_eq!((refusal.code, refusal.reason), (Code::NotFound, ErrorReason::ClusterNotFound));
}
