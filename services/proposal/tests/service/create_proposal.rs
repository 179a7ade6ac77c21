//! Manual proposals.

use pullwright_proto::{error::ErrorReason, proposal as v1};
use pullwright_rpc::Context;
use rstest::rstest;
use uuid::Uuid;

use crate::harness::{Harness, change, fields, reason};

/// §18.3 AC-6.
#[tokio::test]
async fn a_manual_proposal_is_pending_and_remembers_cluster_and_template() {
    let ledger = Harness::start().await;
    let mut request = ledger.manual_request();
    request.config_diff =
        vec![change("tie_breaker", "0.1", " 3.40e-1 "), change("boost", "1.0", "2.50")];
    request.metric_delta = vec![v1::MetricDelta {
        metric: "ndcg@10".into(),
        baseline: Some(0.412),
        achieved: 0.487,
        delta_pct: Some(18.2),
    }];
    let created = ledger.create(request).await.unwrap();

    assert_eq!(created.status(), v1::ProposalStatus::Pending);
    assert_eq!(created.pull_request_state(), v1::PullRequestState::Unspecified);
    assert_eq!((created.study_id.as_str(), created.study.as_ref()), ("", None));
    assert_eq!(
        created.config_diff,
        [change("boost", "1.0", "2.50"), change("tie_breaker", "0.1", "3.40e-1")]
    );
    assert_eq!(created.metric_delta[0].achieved, 0.487);
    let cluster = created.cluster.clone().unwrap();
    assert_eq!((cluster.name.as_str(), cluster.environment.as_str()), ("products", "prod"));
    let template = created.template.clone().unwrap();
    assert_eq!((template.name.as_str(), template.version), ("product_search", 3));
    assert_eq!(created.config_repo_id, ledger.registry.repository_of(&ledger.cluster));
    assert_eq!((created.generation, created.branch.as_str(), created.is_opening), (0, "", false));
    assert_eq!(ledger.get(&created.id).await.unwrap(), created);
}

#[tokio::test]
async fn the_hash_pins_the_diff_as_it_was_spelled() {
    let ledger = Harness::start().await;
    let mut request = ledger.manual_request();
    let one = ledger.create(request.clone()).await.unwrap();
    let same = ledger.create(request.clone()).await.unwrap();
    request.config_diff = vec![change("boost", "1.0", "2.5")];
    let other = ledger.create(request).await.unwrap();
    assert_eq!(one.config_diff_sha256, same.config_diff_sha256);
    assert_ne!(one.config_diff_sha256, other.config_diff_sha256);
}

#[tokio::test]
async fn creation_is_an_event_with_actor_and_request_id() {
    let ledger = Harness::start().await;
    let context = Context { request_id: "click-1".into(), actor: "ada".into(), role: None };
    let created = context.scope(ledger.manual()).await;
    let events = ledger.events(&created.id).await;
    assert_eq!(events.len(), 1);
    assert_eq!((events[0].kind.as_str(), events[0].actor.as_str()), ("proposal_created", "ada"));
    const SQL: &str =
        "SELECT count(*) AS n FROM events WHERE proposal_id = $1 AND request_id = 'click-1'";
    assert_eq!(ledger.count(SQL, &created.id).await, 1);
}

#[tokio::test]
async fn an_unknown_cluster_or_template_is_not_found() {
    let ledger = Harness::start().await;
    let mut request = ledger.manual_request();
    request.cluster_id = Uuid::now_v7().to_string();
    assert_eq!(reason(ledger.create(request).await), ErrorReason::ClusterNotFound);
    let mut request = ledger.manual_request();
    request.template_id = Uuid::now_v7().to_string();
    assert_eq!(reason(ledger.create(request).await), ErrorReason::TemplateNotFound);
}

#[tokio::test]
async fn without_the_registry_nothing_is_created() {
    let ledger = Harness::start().await;
    ledger.registry.set_away(true);
    let refusal = ledger.create(ledger.manual_request()).await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::ServiceUnavailable);
    assert!(refusal.retry_after.is_some());
}

#[rstest]
#[case::empty(vec![], &["config_diff"])]
#[case::no_key(vec![change("", "1", "2")], &["config_diff[0].key"])]
#[case::twice(vec![change("a", "1", "2"), change("a", "1", "2")], &["config_diff[1].key"])]
#[case::no_json(vec![change("a", "one", "2")], &["config_diff[0].from_json"])]
#[case::no_value(vec![change("a", "1", "")], &["config_diff[0].to_json"])]
#[case::beyond_doubles(vec![change("a", "1", "1e400")], &["config_diff[0].to_json"])]
#[case::nul(vec![change("a\0", "1", "2")], &["config_diff[0].key"])]
#[tokio::test]
async fn a_malformed_diff_names_its_fields(
    #[case] config_diff: Vec<v1::ParameterChange>,
    #[case] expected: &[&str],
) {
    let ledger = Harness::start().await;
    let request = v1::CreateProposalRequest { config_diff, ..ledger.manual_request() };
    assert_eq!(fields(ledger.create(request).await), expected);
}

#[tokio::test]
async fn a_credential_in_a_diff_is_refused_and_not_repeated() {
    let ledger = Harness::start().await;
    let token = format!("gh{}_{}", "p", "Z".repeat(36));
    let mut request = ledger.manual_request();
    request.config_diff = vec![change("boost", "1.0", &format!("\"{token}\""))];
    let refusal = ledger.create(request).await.unwrap_err();
    assert_eq!(refusal.violations[0].field, "config_diff[0].to_json");
    assert!(!format!("{refusal:?}").contains(&token));
}

#[tokio::test]
async fn all_violations_are_told_at_once() {
    let ledger = Harness::start().await;
    let request = v1::CreateProposalRequest {
        cluster_id: "x".into(),
        template_id: String::new(),
        config_diff: vec![],
        metric_delta: vec![v1::MetricDelta {
            metric: "map".into(),
            baseline: None,
            achieved: f64::NAN,
            delta_pct: None,
        }],
        ..v1::CreateProposalRequest::default()
    };
    assert_eq!(
        fields(ledger.create(request).await),
        ["cluster_id", "template_id", "config_diff", "metric_delta[0].achieved"]
    );
}
