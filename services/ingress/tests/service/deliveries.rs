//! Deliveries that are kept, the repositories that they are about, and their secrets.

use pullwright_ingress::Role;
use pullwright_proto::{delivery as v1, error::ErrorReason, registry};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    harness::{Ingress, send},
    messages::{ID, at, config_repo, refusal},
};

const OTHER: &str = "01890a5d-ac96-774b-bcce-b302099a8058";

fn failed() -> v1::Delivery {
    v1::Delivery {
        id: ID.into(),
        delivery_id: "72d3162e-cc78-11e3-81ab-4c9367dc0958".into(),
        event: "pull_request".into(),
        action: "closed".into(),
        hook: v1::HookKind::Repository.into(),
        repository_id: OTHER.into(),
        repository_full_name: "acme/search-config".into(),
        outcome: v1::DeliveryOutcome::Failed.into(),
        error: "the database is away".into(),
        attempts: 3,
        next_attempt_at: at(1_767_225_660),
        received_at: at(1_767_225_600),
        body_size: 9,
        headers: [("x-github-event".to_owned(), "pull_request".to_owned())].into(),
        body: r#"{"a": 1}"#.into(),
        body_truncated: true,
        ..v1::Delivery::default()
    }
}

fn shown() -> Value {
    json!({
        "id": ID, "delivery_id": "72d3162e-cc78-11e3-81ab-4c9367dc0958", "event": "pull_request", "action": "closed",
        "hook": "repository", "repository_id": OTHER, "repository_full_name": "acme/search-config",
        "outcome": "failed", "error": "the database is away", "proposal_id": null, "duplicate_of": null, "attempts": 3,
        "next_attempt_at": "2026-01-01T00:01:00Z", "received_at": "2026-01-01T00:00:00Z", "body_size": 9,
        "headers": null, "body": null, "body_truncated": null,
    })
}

#[tokio::test]
async fn a_delivery_is_listed_short_shown_whole_and_applied_again_by_admins() {
    let ingress = Ingress::start().await;
    let ledger = &ingress.proposal.fake;
    ledger.on(|_: &v1::ListDeliveriesRequest| {
        Ok(v1::ListDeliveriesResponse {
            deliveries: vec![failed()],
            total_size: 1,
            ..v1::ListDeliveriesResponse::default()
        })
    });
    ledger
        .on(|_: &v1::GetDeliveryRequest| Ok(v1::GetDeliveryResponse { delivery: Some(failed()) }));
    ledger.on(|_: &v1::ReplayDeliveryRequest| {
        let applied = v1::DeliveryOutcome::Applied.into();
        let delivery = v1::Delivery { outcome: applied, error: String::new(), ..failed() };
        Ok(v1::ReplayDeliveryResponse { delivery: Some(delivery) })
    });

    assert_eq!(ingress.get("/api/v1/deliveries").await.body["data"], json!([shown()]));

    let mut whole = shown();
    whole["headers"] = json!({"x-github-event": "pull_request"});
    whole["body"] = json!(r#"{"a": 1}"#);
    whole["body_truncated"] = json!(true);
    let path = format!("/api/v1/deliveries/{ID}");
    assert_eq!(ingress.get(&path).await.body, whole);

    let mut applied = shown();
    applied["outcome"] = json!("applied");
    applied["error"] = Value::Null;
    let path = format!("{path}/replay");
    let request = ingress.request_as(Role::Admin, Method::POST, &path);
    let answer = send(request.header("idempotency-key", "once")).await;
    assert_eq!((answer.status, answer.body), (200, applied));
    let seen = ledger.seen::<v1::ReplayDeliveryRequest>().remove(0);
    assert_eq!((seen.id.as_str(), seen.request_id.as_str()), (ID, "once"));
    assert_eq!(ingress.post(&path, "").await.code(), (403, "PERMISSION_DENIED"));
}

#[tokio::test]
async fn an_id_that_no_delivery_has_is_told_as_such() {
    let ingress = Ingress::start().await;
    ingress.proposal.fake.on(|_: &v1::GetDeliveryRequest| {
        Err::<v1::GetDeliveryResponse, _>(refusal(ErrorReason::DeliveryNotFound))
    });
    for id in [ID, "x"] {
        let answer = ingress.get(&format!("/api/v1/deliveries/{id}")).await;
        assert_eq!(answer.code(), (404, "DELIVERY_NOT_FOUND"), "{id}");
    }
}

#[tokio::test]
async fn a_watched_repository_says_what_went_wrong_last() {
    let ingress = Ingress::start().await;
    ingress.proposal.fake.on(|_: &v1::ListWatchedRepositoriesRequest| {
        let repository = v1::WatchedRepository {
            repository_id: ID.into(),
            full_name: "acme/search-config".into(),
            host: "https://github.com".into(),
            webhook_id: 12,
            webhook_checked_at: at(1_767_225_600),
            deliveries_missing: 2,
            reconcile_error: "the token is revoked".into(),
            pull_requests_watched: 40,
            ..v1::WatchedRepository::default()
        };
        Ok(v1::ListWatchedRepositoriesResponse {
            repositories: vec![repository],
            total_size: 1,
            ..v1::ListWatchedRepositoriesResponse::default()
        })
    });
    assert_eq!(
        ingress.get("/api/v1/repositories").await.body["data"],
        json!([{
            "repository_id": ID, "full_name": "acme/search-config", "host": "https://github.com",
            "webhook_id": 12, "webhook_checked_at": "2026-01-01T00:00:00Z", "webhook_error": null,
            "deliveries_checked_until": null, "deliveries_missing": 2, "deliveries_lost": 0, "deliveries_error": null,
            "reconciled_at": null, "reconcile_error": "the token is revoked", "swept_at": null, "sweep_error": null,
            "pull_requests_watched": 40,
        }])
    );
}

/// §18.2 AC-6: what was shown before is shown as it was; what is known of the hook comes beside it.
#[tokio::test]
async fn a_rotation_names_all_that_share_the_secret_and_never_the_secret() {
    let ingress = Ingress::start().await;
    ingress.registry.fake.on(|_: &registry::RotateWebhookSecretRequest| {
        let repo = registry::ConfigRepo {
            webhook_id: 12,
            webhook_checked_at: at(1_767_225_600),
            github_id: 42,
            previous_webhook_secret_until: at(1_767_229_200),
            ..config_repo()
        };
        Ok(registry::RotateWebhookSecretResponse {
            config_repo: Some(repo),
            config_repo_names: vec!["search-config".into(), "shop-config".into()],
        })
    });
    let path = format!("/api/v1/config-repos/{ID}/rotate-webhook-secret");
    let request = ingress.request_as(Role::Admin, Method::POST, &path);
    let answer = send(request.header("idempotency-key", "once")).await;

    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.body["config_repo_names"], json!(["search-config", "shop-config"]));
    let repo = &answer.body["config_repo"];
    assert_eq!(
        (&repo["webhook_id"], &repo["github_id"], &repo["webhook_checked_at"]),
        (&json!(12), &json!(42), &json!("2026-01-01T00:00:00Z"))
    );
    assert_eq!(repo["previous_webhook_secret_until"], "2026-01-01T01:00:00Z");
    let seen = ingress.registry.fake.seen::<registry::RotateWebhookSecretRequest>().remove(0);
    assert_eq!((seen.config_repo_id.as_str(), seen.request_id.as_str()), (ID, "once"));
    assert_eq!(ingress.post(&path, "").await.code(), (403, "PERMISSION_DENIED"));

    for (reason, code) in [
        (ErrorReason::WebhookSecretNotConfigured, "WEBHOOK_SECRET_NOT_CONFIGURED"),
        (ErrorReason::SecretsReadOnly, "SECRETS_READ_ONLY"),
        (ErrorReason::InvalidStateTransition, "INVALID_STATE_TRANSITION"),
    ] {
        ingress.registry.fake.on(move |_: &registry::RotateWebhookSecretRequest| {
            Err::<registry::RotateWebhookSecretResponse, _>(refusal(reason))
        });
        let answer = send(ingress.request_as(Role::Admin, Method::POST, &path)).await;
        assert_eq!(answer.code(), (409, code));
    }
}
