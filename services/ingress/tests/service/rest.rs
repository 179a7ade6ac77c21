//! The shapes of answers, null where there is nothing.

use pullwright_proto::{proposal as v1, registry};
use serde_json::{Value, json};

use crate::{
    harness::Ingress,
    messages::{ID, at, config_repo, proposal},
};

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

const SUMMARY: [&str; 10] = [
    "cluster",
    "created_at",
    "id",
    "is_currently_live",
    "metric_delta",
    "pr_state",
    "pr_url",
    "status",
    "study_id",
    "template",
];

#[tokio::test]
async fn a_manual_proposal_has_nulls_where_a_study_would_be() {
    let ingress = Ingress::start().await;
    ingress.proposal.fake.on(|_: &v1::GetProposalRequest| {
        Ok(v1::GetProposalResponse { proposal: Some(proposal("1.0", "2.5")) })
    });
    let body = ingress.get(&format!("/api/v1/proposals/{ID}")).await.body;
    assert_eq!(
        body,
        json!({
            "id": ID, "study_id": null, "study_summary": null, "study_trial_id": null,
            "cluster": {"id": ID, "name": "products-prod", "engine_type": "solr", "environment": "prod"},
            "template": {"id": ID, "name": "product_search", "version": 3, "engine_type": "solr"},
            "config_diff": {"boost": {"from": 1.0, "to": 2.5}}, "config_diff_sha256": "ab".repeat(32), "metric_delta": null,
            "status": "pending", "pr_url": null, "pr_state": null, "pr_merged_at": null, "pr_open_error": null,
            "rejected_reason": null, "is_currently_live": false, "generation": 0, "branch": null, "is_opening": false,
            "config_repo_id": null, "superseded_by_proposal_id": null, "expected_base_oid": null, "expected_patch_sha256": null, "patch_sha256": null,
            "digest": null, "created_at": "2026-01-01T00:00:00Z",
        })
    );
}

#[tokio::test]
async fn a_merged_proposal_shows_all_that_is_known() {
    let ingress = Ingress::start().await;
    ingress.proposal.fake.on(|_: &v1::GetProposalRequest| {
        let known = v1::Proposal {
            study_id: ID.into(),
            study: Some(v1::StudySummary {
                id: ID.into(),
                name: "s".into(),
                status: "completed".into(),
                best_metric: Some(0.487),
                best_trial_id: ID.into(),
                ..v1::StudySummary::default()
            }),
            metric_delta: vec![v1::MetricDelta {
                metric: "ndcg@10".into(),
                baseline: None,
                achieved: 0.487,
                delta_pct: None,
            }],
            status: v1::ProposalStatus::PrMerged.into(),
            pull_request_state: v1::PullRequestState::Merged.into(),
            pull_request_url: "https://github.com/acme/x/pull/7".into(),
            merged_at: at(1_767_225_601),
            is_currently_live: true,
            generation: 1,
            branch: "pullwright/study-x".into(),
            ..proposal("1.0", "2.5")
        };
        Ok(v1::GetProposalResponse { proposal: Some(known) })
    });
    let body = ingress.get(&format!("/api/v1/proposals/{ID}")).await.body;
    assert_eq!(
        (&body["status"], &body["pr_state"], &body["pr_merged_at"]),
        (&json!("pr_merged"), &json!("merged"), &json!("2026-01-01T00:00:01Z"))
    );
    assert_eq!(
        body["metric_delta"],
        json!({"ndcg@10": {"baseline": null, "achieved": 0.487, "delta_pct": null}})
    );
    assert_eq!(
        body["study_summary"],
        json!({"id": ID, "name": "s", "status": "completed", "best_metric": 0.487, "best_trial_id": ID, "query_set": null, "judgment_list": null})
    );
    assert_eq!(
        (&body["branch"], &body["is_currently_live"]),
        (&json!("pullwright/study-x"), &json!(true))
    );
}

#[tokio::test]
async fn lists_are_counted_and_short() {
    let ingress = Ingress::start().await;
    ingress.proposal.fake.on(|_: &v1::ListProposalsRequest| {
        Ok(v1::ListProposalsResponse {
            proposals: vec![proposal("1", "2")],
            has_more: true,
            total_size: 7,
            ..Default::default()
        })
    });
    ingress.registry.fake.on(|_: &registry::ListConfigReposRequest| {
        Ok(registry::ListConfigReposResponse {
            config_repos: vec![config_repo()],
            total_size: 1,
            ..Default::default()
        })
    });
    let answer = ingress.get("/api/v1/proposals?limit=1").await;
    assert_eq!(keys(&answer.body), ["data", "has_more", "next_cursor"]);
    assert_eq!(
        (&answer.body["has_more"], &answer.body["next_cursor"], answer.header("x-total-count")),
        (&json!(true), &Value::Null, "7")
    );
    assert_eq!(keys(&answer.body["data"][0]), SUMMARY);
    let answer = ingress.get("/api/v1/config-repos").await;
    assert_eq!(
        (answer.header("x-total-count"), &answer.body["data"][0]["last_merged_proposal"]),
        ("1", &Value::Null)
    );
    for path in ["/api/v1/clusters", "/api/v1/query-templates"] {
        let answer = ingress.get(path).await;
        assert_eq!(
            (answer.body, answer.headers["x-total-count"].to_str().unwrap()),
            (json!({"data": [], "next_cursor": null, "has_more": false}), "0")
        );
    }
}

#[tokio::test]
async fn a_config_repository_comes_with_its_newest_merge() {
    let ingress = Ingress::start().await;
    ingress.registry.fake.on(|_: &registry::GetConfigRepoRequest| {
        Ok(registry::GetConfigRepoResponse { config_repo: Some(config_repo()) })
    });
    let path = format!("/api/v1/config-repos/{ID}");
    let body = ingress.get(&path).await.body;
    assert_eq!(
        body,
        json!({
            "id": ID, "name": "search-config", "provider": "github", "repo_url": "https://github.com/acme/search-config",
            "default_branch": "main", "pr_base_branch": "main", "auth_ref": "acme_pat", "webhook_secret_ref": null,
            "webhook_registration_error": null, "webhook_id": null, "webhook_checked_at": null,
            "previous_webhook_secret_until": null, "github_id": null, "last_merged_proposal": null, "created_at": "2026-01-01T00:00:00Z",
            "updated_at": null, "etag": "\"3\"",
        })
    );
    ingress.proposal.fake.on(|_: &v1::GetLiveProposalRequest| {
        Ok(v1::GetLiveProposalResponse { proposal: Some(proposal("1", "2")) })
    });
    assert_eq!(keys(&ingress.get(&path).await.body["last_merged_proposal"]), SUMMARY);
    assert_eq!(ingress.proposal.fake.seen::<v1::GetLiveProposalRequest>()[0].config_repo_id, ID);
}

#[tokio::test]
async fn what_is_left_out_or_null_is_empty_for_the_cores() {
    let ingress = Ingress::start().await;
    ingress
        .post(
            "/api/v1/config-repos",
            r#"{"name":"a","repo_url":"u","provider":"gitlab","webhook_secret_ref":null}"#,
        )
        .await;
    let seen = ingress.registry.fake.seen::<registry::CreateConfigRepoRequest>().remove(0);
    assert_eq!(
        seen,
        registry::CreateConfigRepoRequest {
            name: "a".into(),
            repo_url: "u".into(),
            ..Default::default()
        }
    );
    ingress.post("/api/v1/clusters", r#"{"name":"c","engine_type":"solr","environment":"dev","config_repo_id":null,"config_path":"a/b"}"#).await;
    let seen = ingress.registry.fake.seen::<registry::CreateClusterRequest>().remove(0);
    assert_eq!((seen.config_repo_id.as_str(), seen.config_path.as_str()), ("", "a/b"));
}

#[tokio::test]
async fn opening_is_promised_and_rejecting_answers_the_proposal() {
    let ingress = Ingress::start().await;
    let answer = ingress.post(&format!("/api/v1/proposals/{ID}/open_pr"), "").await;
    assert_eq!(
        (answer.status, answer.body),
        (202, json!({"proposal_id": ID, "status": "pending", "message": "PR creation queued"}))
    );
    assert_eq!(ingress.proposal.fake.seen::<v1::OpenPullRequestRequest>()[0].proposal_id, ID);

    ingress.proposal.fake.on(|request: &v1::RejectProposalRequest| {
        let rejected = v1::Proposal {
            status: v1::ProposalStatus::Rejected.into(),
            rejected_reason: request.reason.clone(),
            ..proposal("1", "2")
        };
        Ok(v1::RejectProposalResponse { proposal: Some(rejected) })
    });
    let path = format!("/api/v1/proposals/{ID}/reject");
    for (body, reason) in [
        (r#"{"reason":"not now"}"#, json!("not now")),
        ("{}", Value::Null),
        (r#"{"reason":null}"#, Value::Null),
        ("", Value::Null),
    ] {
        let answer = ingress.post(&path, body).await;
        assert_eq!(
            (answer.status, &answer.body["status"], &answer.body["rejected_reason"]),
            (200, &json!("rejected"), &reason),
            "{body}"
        );
    }
}

#[tokio::test]
async fn events_come_in_pages() {
    let ingress = Ingress::start().await;
    ingress.proposal.fake.on(|_: &v1::ListProposalEventsRequest| {
        let event = v1::ProposalEvent {
            id: "41".into(),
            kind: "open_requested".into(),
            actor: "olga".into(),
            message: "asked to open".into(),
            facts: [("generation".to_owned(), "1".to_owned())].into(),
            trace_id: String::new(),
            created_at: at(1_767_225_600),
        };
        Ok(v1::ListProposalEventsResponse {
            events: vec![event],
            next_page_token: "41".into(),
            has_more: true,
            total_size: 2,
        })
    });
    let answer = ingress.get(&format!("/api/v1/proposals/{ID}/events?limit=1")).await;
    assert_eq!(answer.header("x-total-count"), "2");
    assert_eq!(
        answer.body,
        json!({"data": [{"id": "41", "kind": "open_requested", "actor": "olga", "message": "asked to open", "facts": {"generation": "1"},
               "trace_id": null, "created_at": "2026-01-01T00:00:00Z"}], "next_cursor": "41", "has_more": true})
    );
}
