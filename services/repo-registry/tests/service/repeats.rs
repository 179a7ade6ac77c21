//! Calls with a request id: repeated, they are answered as the first time (AIP-155).

use std::fs;

use futures::future::join_all;
use pullwright_pg::Queries as _;
use pullwright_proto::{
    error::ErrorReason,
    registry::{self as v1, cluster_service_client::ClusterServiceClient},
};
use pullwright_rpc::{Refusal, Role, context};
use tonic::{Code, Request, metadata::MetadataValue};

use crate::{
    changes::mask,
    harness::{Registry, cluster, repo},
};

const URL: &str = "https://github.com/acme/a";

fn named(request_id: &str, name: &str) -> v1::CreateClusterRequest {
    v1::CreateClusterRequest { request_id: request_id.into(), ..cluster(name) }
}

#[tokio::test]
async fn every_creation_is_done_once_and_answered_as_the_first_time() {
    let registry = Registry::start().await;
    registry.secret("acme_pat", "the-acme-credential");
    let request = v1::CreateConfigRepoRequest { request_id: "one".into(), ..repo("a", URL) };
    let first = registry.register(request.clone()).await.unwrap();
    // What would refuse it now does not: it is done.
    fs::remove_file(registry.path("acme_pat")).unwrap();
    assert_eq!(registry.register(request).await.unwrap(), first);

    let first = registry.create_cluster(named("two", "a")).await.unwrap();
    registry
        .update_cluster("name", v1::Cluster { name: "b".into(), ..first.clone() })
        .await
        .unwrap();
    assert_eq!(
        registry.create_cluster(named("two", "a")).await.unwrap(),
        first,
        "not as it is now"
    );

    let request = v1::CreateQueryTemplateRequest {
        name: "t".into(),
        engine_type: "solr".into(),
        declared_params_json: "{}".into(),
        request_id: "three".into(),
        ..v1::CreateQueryTemplateRequest::default()
    };
    let create = async || {
        let answer = registry.query_templates().create_query_template(request.clone()).await;
        answer.unwrap().into_inner().query_template.unwrap()
    };
    let first = create().await;
    assert_eq!(create().await, first);
    for table in ["config_repos", "clusters", "query_templates"] {
        assert_eq!(registry.count(table).await, 1, "{table}");
    }
}

#[tokio::test]
async fn every_update_is_done_once_and_its_etag_does_not_refuse_the_repetition() {
    let registry = Registry::start().await;
    registry.secret("acme_pat", "the-acme-credential");
    let repo = registry.register(repo("a", URL)).await.unwrap();
    let cluster = registry.create_cluster(cluster("a")).await.unwrap();
    let template = registry.create_template("t", "{}").await.unwrap();
    let repo = v1::UpdateConfigRepoRequest {
        config_repo: Some(v1::ConfigRepo { name: "b".into(), ..repo }),
        update_mask: mask("name"),
        request_id: "one".into(),
    };
    let cluster = v1::UpdateClusterRequest {
        cluster: Some(v1::Cluster { name: "b".into(), ..cluster }),
        update_mask: mask("name"),
        request_id: "two".into(),
    };
    let template = v1::UpdateQueryTemplateRequest {
        query_template: Some(v1::QueryTemplate { body: "b".into(), ..template }),
        update_mask: mask("body"),
        request_id: "three".into(),
    };
    let mut answers = Vec::new();
    for _ in 0..2 {
        answers.push((
            registry.config_repos().update_config_repo(repo.clone()).await.unwrap().into_inner(),
            registry.clusters().update_cluster(cluster.clone()).await.unwrap().into_inner(),
            registry
                .query_templates()
                .update_query_template(template.clone())
                .await
                .unwrap()
                .into_inner(),
        ));
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn another_content_or_method_under_the_same_id_is_refused() {
    let registry = Registry::start().await;
    let first = registry.create_cluster(named("k", "a")).await.unwrap();
    let update = v1::UpdateClusterRequest {
        cluster: Some(first.clone()),
        update_mask: mask("name"),
        request_id: "k".into(),
    };
    let refusals = [
        registry.create_cluster(named("k", "b")).await.unwrap_err(),
        Refusal::from(registry.clusters().update_cluster(update).await.unwrap_err()),
    ];
    for refusal in refusals {
        assert_eq!(
            (refusal.code, refusal.reason),
            (Code::InvalidArgument, ErrorReason::IdempotencyKeyReused)
        );
        assert_eq!(refusal.violations[0].field, "request_id");
    }
    assert_eq!(registry.cluster(&first.id).await.unwrap(), first);
    assert_eq!(registry.count("clusters").await, 1);
}

#[tokio::test]
async fn a_refused_call_is_decided_anew() {
    let registry = Registry::start().await;
    let taken = registry.create_cluster(cluster("a")).await.unwrap();
    let refusal = registry.create_cluster(named("k", "a")).await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::ClusterNameTaken);
    registry.delete_cluster(&taken.id, "").await.unwrap();
    registry.create_cluster(named("k", "a")).await.unwrap();
}

#[tokio::test]
async fn a_call_whose_first_is_under_way_is_told_to_come_back() {
    let registry = Registry::start().await;
    // Somebody makes a cluster of the same name and has not committed: the first call waits for it.
    let mut client = registry.db.client().await.unwrap();
    let tx = client.begin().await.unwrap();
    tx.execute(
        "INSERT INTO clusters (id, name, engine_type, environment) VALUES (gen_random_uuid(), 'a', 'solr', 'dev')",
        &[],
    )
    .await
    .unwrap();
    let second = async {
        pullwright_testkit::wait::until(
            "the second is told",
            std::time::Duration::from_secs(10),
            || async {
                // Until the first call has its claim, this one would be the first, and wait as well.
                let waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
                let own = registry.db.client().await.unwrap();
                match own.query_opt(waiting, &[]).await.unwrap() {
                    Some(_) => Some(registry.create_cluster(named("k", "a")).await.unwrap_err()),
                    None => None,
                }
            },
        )
        .await
        .unwrap()
    };
    let first = registry.create_cluster(named("k", "a"));
    let (first, second) = tokio::join!(first, async {
        let second = second.await;
        tx.rollback().await.unwrap();
        second
    });
    assert_eq!((second.code, second.reason), (Code::Aborted, ErrorReason::IdempotencyKeyInUse));
    assert!(second.retry_after.is_some());
    assert_eq!(registry.create_cluster(named("k", "a")).await.unwrap(), first.unwrap());
}

#[tokio::test]
async fn of_equal_calls_at_once_one_is_done() {
    let registry = Registry::start().await;
    let answers = join_all((0..8).map(|_| registry.create_cluster(named("k", "a")))).await;
    let mut made: Vec<_> = Vec::new();
    for answer in answers {
        match answer {
            Ok(cluster) => made.push(cluster),
            Err(refusal) => assert_eq!(refusal.reason, ErrorReason::IdempotencyKeyInUse),
        }
    }
    made.dedup();
    assert_eq!(made.len(), 1);
    assert_eq!(registry.count("clusters").await, 1);
}

#[tokio::test]
async fn people_behind_ingress_and_roles_do_not_share_request_ids() {
    let registry = Registry::start().await;
    let create = async |role: Role, actor: &'static str, name: &str| {
        let mut request = Request::new(named("k", name));
        request.metadata_mut().insert(context::ACTOR, MetadataValue::from_static(actor));
        let mut client = ClusterServiceClient::new(registry.connection(role));
        client.create_cluster(request).await.unwrap().into_inner().cluster.unwrap().name
    };
    // An actor is believed from ingress only: for the client its role counts.
    assert_eq!(create(Role::Ingress, "alice", "a").await, "a");
    assert_eq!(create(Role::Ingress, "bob", "b").await, "b");
    assert_eq!(create(Role::Client, "alice", "c").await, "c");
    assert_eq!(create(Role::Ingress, "client", "d").await, "d");
    assert_eq!(create(Role::Client, "bob", "c").await, "c");
    assert_eq!(registry.count("clusters").await, 4);
}

#[tokio::test]
async fn a_request_id_is_any_text_of_up_to_255_characters_without_nul() {
    let registry = Registry::start().await;
    registry.create_cluster(named(&"é".repeat(255), "a")).await.unwrap();
    registry.create_cluster(named("'; DROP TABLE clusters; --", "b")).await.unwrap();
    for malformed in ["é".repeat(256), "a\0b".to_owned()] {
        let refusal = registry.create_cluster(named(&malformed, "c")).await.unwrap_err();
        assert_eq!(refusal.reason, ErrorReason::ValidationError);
        assert_eq!(refusal.violations[0].field, "request_id");
    }
    registry.create_cluster(cluster("d")).await.unwrap();
    assert_eq!(registry.count("idempotency_keys").await, 2);
}
