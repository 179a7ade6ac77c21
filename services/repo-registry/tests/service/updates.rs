//! What updates have in common: masks, etags, and what cannot be changed.

use futures::future::join_all;
use pullwright_proto::{error::ErrorReason, registry as v1};
use rstest::rstest;
use tonic::Code;

use crate::harness::{Registry, cluster, repo};

const NOTHING: &str = "01890000-0000-7000-8000-000000000000";

#[tokio::test]
async fn an_update_changes_what_the_mask_names_and_nothing_else() {
    let registry = Registry::start().await;
    let created = registry.create_cluster(cluster("a")).await.unwrap();
    let given = v1::Cluster {
        id: created.id.clone(),
        name: "b".into(),
        environment: "dev".into(),
        config_path: "x".into(),
        ..v1::Cluster::default()
    };
    let updated = registry.update_cluster("environment", given).await.unwrap();
    let expected = v1::Cluster {
        environment: "dev".into(),
        etag: updated.etag.clone(),
        updated_at: updated.updated_at,
        ..created.clone()
    };
    assert_eq!(updated, expected);
    assert_ne!(updated.etag, created.etag);
    let time = |time: Option<prost_types::Timestamp>| time.map(|t| (t.seconds, t.nanos)).unwrap();
    assert_eq!(time(created.updated_at), time(created.created_at));
    assert!(time(updated.updated_at) > time(created.updated_at));
    assert_eq!(registry.cluster(&created.id).await.unwrap(), updated);
}

#[tokio::test]
async fn an_etag_is_a_quoted_string_that_changes_with_every_update_even_one_that_changes_nothing() {
    let registry = Registry::start().await;
    let mut template = registry.create_template("t", "{}").await.unwrap();
    for _ in 0..3 {
        let updated = registry.update_template("body", template.clone()).await.unwrap();
        assert_ne!(updated.etag, template.etag);
        assert!(
            updated.etag.len() > 2 && updated.etag.starts_with('"') && updated.etag.ends_with('"')
        );
        template = updated;
    }
}

#[rstest]
#[case("", "update_mask")]
#[case("nope", "`nope`")]
#[case("environment,nope", "`nope`")]
#[case("id", "`id`")]
#[case("engine_type", "`engine_type`")]
#[case("etag", "`etag`")]
#[case("created_at", "`created_at`")]
#[case("cluster.name", "`cluster.name`")]
#[case("Environment", "`Environment`")]
#[case("*,name", "`*`")]
#[tokio::test]
async fn a_mask_that_cannot_be_followed_is_refused_by_name(
    #[case] paths: &str,
    #[case] named: &str,
) {
    let registry = Registry::start().await;
    let created = registry.create_cluster(cluster("a")).await.unwrap();
    let refusal = registry.update_cluster(paths, created.clone()).await.unwrap_err();
    assert_eq!(
        (refusal.code, refusal.reason),
        (Code::InvalidArgument, ErrorReason::ValidationError)
    );
    assert_eq!(refusal.violations[0].field, "update_mask");
    assert!(refusal.message.contains(named), "{refusal}");
    assert!(
        refusal.message.contains("name, environment, config_repo_id, config_path"),
        "{refusal}"
    );
    assert_eq!(registry.cluster(&created.id).await.unwrap(), created);
}

#[tokio::test]
async fn an_absent_mask_or_resource_is_named() {
    let registry = Registry::start().await;
    for (request, field) in [
        (v1::UpdateClusterRequest::default(), "update_mask"),
        (
            v1::UpdateClusterRequest {
                update_mask: crate::changes::mask("name"),
                ..v1::UpdateClusterRequest::default()
            },
            "cluster",
        ),
    ] {
        let status = registry.clusters().update_cluster(request).await.unwrap_err();
        assert_eq!(pullwright_rpc::Refusal::from(status).violations[0].field, field);
    }
}

/// AIP-134: `*` replaces the whole resource, so what is left out becomes empty.
#[tokio::test]
async fn a_star_replaces_everything_that_can_change() {
    let registry = Registry::start().await;
    registry.secret("acme_pat", "");
    registry.secret("second_pat", "");
    let request = v1::CreateConfigRepoRequest {
        webhook_secret_ref: "hook".into(),
        pr_base_branch: "release".into(),
        ..repo("a", "https://github.com/acme/a")
    };
    let created = registry.register(request).await.unwrap();
    let given = v1::ConfigRepo {
        id: created.id.clone(),
        name: "b".into(),
        auth_ref: "second_pat".into(),
        ..v1::ConfigRepo::default()
    };
    let updated = registry.update_repo("*", given).await.unwrap();
    assert_eq!(
        (updated.name.as_str(), updated.auth_ref.as_str(), updated.pr_base_branch.as_str()),
        ("b", "second_pat", "main")
    );
    assert_eq!(updated.webhook_secret_ref, "");
    assert_eq!((updated.repo_url, updated.provider), (created.repo_url, created.provider));
}

#[tokio::test]
async fn what_cannot_change_is_refused_under_a_star_when_it_differs() {
    let registry = Registry::start().await;
    registry.secret("acme_pat", "");
    let repo = registry.register(repo("a", "https://github.com/acme/a")).await.unwrap();
    let moved = v1::ConfigRepo { repo_url: "https://github.com/acme/b".into(), ..repo.clone() };
    let refusal = registry.update_repo("*", moved.clone()).await.unwrap_err();
    assert_eq!(
        (refusal.reason, refusal.violations[0].field.as_str()),
        (ErrorReason::ValidationError, "repo_url")
    );
    let cluster = registry.create_cluster(cluster("a")).await.unwrap();
    let other = v1::Cluster { engine_type: "opensearch".into(), ..cluster.clone() };
    assert_eq!(
        registry.update_cluster("*", other).await.unwrap_err().violations[0].field,
        "engine_type"
    );
    let template = registry.create_template("t", "{}").await.unwrap();
    let other = v1::QueryTemplate { version: 2, name: "u".into(), ..template.clone() };
    let refusal = registry.update_template("*", other).await.unwrap_err();
    let fields: Vec<_> = refusal.violations.iter().map(|v| v.field.as_str()).collect();
    assert_eq!(fields, ["name", "version"]);
    // Given as they are, they are no change; and outside of the mask nobody looks at them.
    registry.update_repo("*", repo).await.unwrap();
    registry.update_cluster("*", cluster).await.unwrap();
    registry.update_template("*", template).await.unwrap();
    registry.update_repo("name", v1::ConfigRepo { etag: String::new(), ..moved }).await.unwrap();
}

#[tokio::test]
async fn an_old_etag_is_refused_and_an_empty_one_updates_whatever_stands_there() {
    let registry = Registry::start().await;
    let first = registry.create_cluster(cluster("a")).await.unwrap();
    let second = registry.update_cluster("name", first.clone()).await.unwrap();
    let refusal = registry.update_cluster("name", first.clone()).await.unwrap_err();
    assert_eq!((refusal.code, refusal.reason), (Code::Aborted, ErrorReason::EtagMismatch));
    assert!(refusal.message.contains("read it again"), "{refusal}");
    for etag in ["1", "\"999\"", "*", "W/\"2\""] {
        let other = v1::Cluster { etag: etag.into(), ..first.clone() };
        let refusal = registry.update_cluster("name", other).await.unwrap_err();
        assert_eq!(refusal.reason, ErrorReason::EtagMismatch, "{etag}");
    }
    assert_eq!(registry.cluster(&first.id).await.unwrap(), second);
    let unconditional = v1::Cluster { etag: String::new(), name: "b".into(), ..first };
    assert_eq!(registry.update_cluster("name", unconditional).await.unwrap().name, "b");
}

#[tokio::test]
async fn of_concurrent_updates_with_one_etag_exactly_one_wins() {
    let registry = Registry::start().await;
    let template = registry.create_template("t", "{}").await.unwrap();
    for round in 0..5 {
        let read = registry.template(&template.id).await.unwrap();
        let updates = (0..6).map(|n| {
            let body = format!("round {round} by {n}");
            registry.update_template("body", v1::QueryTemplate { body, ..read.clone() })
        });
        let (won, lost): (Vec<_>, Vec<_>) =
            join_all(updates).await.into_iter().partition(Result::is_ok);
        assert_eq!(won.len(), 1);
        for refusal in lost.into_iter().filter_map(Result::err) {
            assert_eq!(refusal.reason, ErrorReason::EtagMismatch);
        }
        let now = registry.template(&template.id).await.unwrap();
        assert_eq!(won.into_iter().next().unwrap().unwrap(), now);
    }
}

#[tokio::test]
async fn what_is_not_there_cannot_be_updated() {
    let registry = Registry::start().await;
    for id in ["", "x", NOTHING] {
        let repo = v1::ConfigRepo { id: id.into(), name: "a".into(), ..v1::ConfigRepo::default() };
        let cluster = v1::Cluster { id: id.into(), name: "a".into(), ..v1::Cluster::default() };
        let template = v1::QueryTemplate { id: id.into(), ..v1::QueryTemplate::default() };
        let refusals = [
            (registry.update_repo("name", repo).await.err(), ErrorReason::ConfigRepoNotFound),
            (registry.update_cluster("name", cluster).await.err(), ErrorReason::ClusterNotFound),
            (registry.update_template("body", template).await.err(), ErrorReason::TemplateNotFound),
        ];
        for (refusal, reason) in refusals {
            let refusal = refusal.unwrap();
            assert_eq!((refusal.code, refusal.reason), (Code::NotFound, reason), "{id:?}");
        }
    }
}

#[tokio::test]
async fn an_answer_stays_small_whatever_it_repeats() {
    let registry = Registry::start().await;
    let long = "x".repeat(100_000);
    let refusal = registry.cluster(&long).await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::ClusterNotFound);
    let created = registry.create_cluster(cluster("a")).await.unwrap();
    let refusal = registry.update_cluster(&long, created.clone()).await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::ValidationError);
    let refusal = registry.update_cluster(&"x,".repeat(10_000), created).await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::ValidationError);
    let declared = format!("{{\"{long}\": 1}}");
    let refusal = registry.create_template("t", &declared).await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::ValidationError);
}
