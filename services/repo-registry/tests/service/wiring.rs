//! Clusters and their config repositories: wiring, unwiring, races with deletions.

use futures::future::join_all;
use pullwright_proto::{error::ErrorReason, registry as v1};
use tonic::Code;

use crate::harness::{Registry, cluster, repo};

async fn registry() -> Registry {
    let registry = Registry::start().await;
    registry.secret("acme_pat", "the-acme-credential");
    registry
}

#[tokio::test]
async fn a_cluster_is_wired_rewired_and_unwired_and_targets_follow() {
    let registry = registry().await;
    let first = registry.register(repo("a", "https://github.com/acme/a")).await.unwrap();
    let second = registry.register(repo("b", "https://github.com/acme/b")).await.unwrap();
    let mut cluster = registry.create_cluster(cluster("a")).await.unwrap();
    let template = registry.create_template("t", "{}").await.unwrap();
    for (repo_id, path) in [(&first.id, "configs/a"), (&second.id, "configs/b")] {
        cluster.config_repo_id.clone_from(repo_id);
        cluster.config_path = path.into();
        cluster = registry.update_cluster("config_repo_id,config_path", cluster).await.unwrap();
        let target = registry.resolve(&cluster.id, &template.id).await.unwrap();
        assert_eq!(&target.repository.unwrap().id, repo_id);
        assert_eq!(target.cluster.unwrap().config_path, path);
    }
    cluster.config_repo_id.clear();
    cluster.config_path.clear();
    let unwired = registry.update_cluster("config_repo_id,config_path", cluster).await.unwrap();
    assert_eq!((unwired.config_repo_id.as_str(), unwired.config_path.as_str()), ("", ""));
    assert_eq!(registry.resolve(&unwired.id, &template.id).await.unwrap().repository, None);
}

#[tokio::test]
async fn a_config_repository_that_is_not_there_cannot_be_wired() {
    let registry = registry().await;
    let deleted = registry.register(repo("a", "https://github.com/acme/a")).await.unwrap().id;
    registry.delete_repo(&deleted, "").await.unwrap();
    let created = registry.create_cluster(cluster("a")).await.unwrap();
    for id in ["x", "01890000-0000-7000-8000-000000000000", deleted.as_str()] {
        let given = v1::Cluster { config_repo_id: id.into(), ..created.clone() };
        let refusal = registry.update_cluster("config_repo_id", given).await.unwrap_err();
        assert_eq!(
            (refusal.code, refusal.reason),
            (Code::NotFound, ErrorReason::ConfigRepoNotFound)
        );
        let request = v1::CreateClusterRequest { config_repo_id: id.into(), ..cluster("b") };
        let refusal = registry.create_cluster(request).await.unwrap_err();
        assert_eq!(refusal.reason, ErrorReason::ConfigRepoNotFound);
    }
    assert_eq!(registry.cluster(&created.id).await.unwrap(), created);
}

#[tokio::test]
async fn of_several_faults_the_etag_is_named_before_the_wiring() {
    let registry = registry().await;
    let created = registry.create_cluster(cluster("a")).await.unwrap();
    let given = v1::Cluster { config_repo_id: "x".into(), etag: "\"9\"".into(), ..created };
    let refusal = registry.update_cluster("config_repo_id", given).await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::EtagMismatch);
}

#[tokio::test]
async fn every_malformed_field_of_the_mask_is_named_in_one_answer() {
    let registry = registry().await;
    let created = registry.create_cluster(cluster("a")).await.unwrap();
    let given = v1::Cluster {
        name: "a\u{202e}b".into(),
        environment: "production".into(),
        config_path: "a/../b".into(),
        ..created
    };
    let refusal = registry.update_cluster("*", given).await.unwrap_err();
    let fields: Vec<_> = refusal.violations.iter().map(|v| v.field.as_str()).collect();
    assert_eq!(fields, ["name", "environment", "config_path"]);
}

#[tokio::test]
async fn a_deleted_config_repository_leaves_its_clusters_unwired() {
    let registry = registry().await;
    let found = registry.register(repo("a", "https://github.com/acme/a")).await.unwrap();
    let request = v1::CreateClusterRequest {
        config_repo_id: found.id.clone(),
        config_path: "configs".into(),
        ..cluster("a")
    };
    let before = registry.create_cluster(request).await.unwrap();
    let template = registry.create_template("t", "{}").await.unwrap();
    registry.delete_repo(&found.id, "").await.unwrap();
    let after = registry.cluster(&before.id).await.unwrap();
    assert_eq!((after.config_repo_id.as_str(), after.config_path.as_str()), ("", "configs"));
    assert_ne!(after.etag, before.etag);
    assert_eq!(registry.resolve(&before.id, &template.id).await.unwrap().repository, None);
    // Registered again it has its id, and nobody is wired to it until somebody says so.
    let again = registry.register(repo("a", "https://github.com/acme/a")).await.unwrap();
    assert_eq!(again.id, found.id);
    assert_eq!(registry.cluster(&before.id).await.unwrap(), after);
}

#[tokio::test]
async fn no_cluster_stays_wired_to_what_is_deleted_at_the_same_time() {
    let registry = registry().await;
    for round in 0..8 {
        let found = registry.register(repo("a", "https://github.com/acme/a")).await.unwrap();
        let clusters =
            join_all((0..4).map(|n| registry.create_cluster(cluster(&format!("c{round} {n}")))))
                .await;
        let clusters: Vec<_> = clusters.into_iter().map(Result::unwrap).collect();
        // One is wired already: who deletes wants its row, while its update wants the repository's.
        let wired = v1::Cluster { config_repo_id: found.id.clone(), ..clusters[0].clone() };
        registry.update_cluster("config_repo_id", wired).await.unwrap();
        let wirings = join_all(clusters.iter().map(|cluster| {
            let etag = String::new();
            let given = v1::Cluster { config_repo_id: found.id.clone(), etag, ..cluster.clone() };
            registry.update_cluster("config_repo_id,name", given)
        }));
        let (wirings, deletion) = tokio::join!(wirings, registry.delete_repo(&found.id, ""));
        deletion.unwrap();
        for refusal in wirings.into_iter().filter_map(Result::err) {
            assert_eq!(refusal.reason, ErrorReason::ConfigRepoNotFound);
        }
        for cluster in clusters {
            assert_eq!(registry.cluster(&cluster.id).await.unwrap().config_repo_id, "");
        }
    }
}
