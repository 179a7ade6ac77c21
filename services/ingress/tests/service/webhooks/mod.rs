//! Deliveries from GitHub and from others.

mod batches;
mod owners;
mod published;
mod rotation;
mod secrecy;

use pullwright_proto::{
    delivery::{self as v1, DeliveryOutcome as Outcome},
    error::ErrorReason,
    registry,
};
use reqwest::{RequestBuilder, header::HeaderValue};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    github::{
        PREVIOUS, REPOSITORY, SECRET, answer_with, delivery, merged, recorded, register, sign,
    },
    harness::{Answer, Ingress, send},
    log,
};

pub async fn ingress(outcome: Outcome) -> Ingress {
    let ingress = Ingress::start().await;
    register(&ingress, outcome);
    ingress
}

/// A delivery under an id of its own, so that its log lines can be found.
fn named(ingress: &Ingress, request: RequestBuilder, id: &str) -> RequestBuilder {
    let mut request = request.build().unwrap();
    request.headers_mut().insert("x-github-delivery", id.parse().unwrap());
    ingress.again(request)
}

#[tokio::test]
async fn a_merge_is_recorded_with_all_that_the_ledger_needs() {
    let ingress = ingress(Outcome::Applied).await;
    let body = serde_json::to_vec_pretty(&merged("Acme/Search-Config")).unwrap();
    let request = delivery(&ingress, "pull_request", body.clone(), SECRET)
        .header("authorization", "Bearer x")
        .header("x-hub-signature", "sha1=00");
    let answer = send(named(&ingress, request, "a-merge")).await;

    assert_eq!(
        (answer.status, &answer.body),
        (200, &json!({"status": "ok", "action": "applied"})),
        "{}",
        answer.text
    );
    let seen = recorded(&ingress).remove(0);
    assert_eq!(
        (seen.repository_id.as_str(), seen.delivery_id.as_str(), seen.event.as_str()),
        (REPOSITORY, "a-merge", "pull_request")
    );
    let mut kept: Vec<_> = seen.headers.keys().map(String::as_str).collect();
    kept.sort_unstable();
    assert_eq!(kept, ["content-type", "user-agent", "x-github-delivery", "x-github-event"]);
    assert_eq!(seen.body_encoding(), v1::BodyEncoding::Zstd);
    let unpacked = zstd::bulk::decompress(&seen.body_gzip, body.len()).unwrap();
    assert_eq!((&unpacked, &seen.body_sha256[..]), (&body, &Sha256::digest(&body)[..]));
    assert_eq!(seen.body_size, body.len() as i64);
    assert_eq!(
        (seen.repository_full_name.as_str(), seen.repository_github_id, seen.host.as_str()),
        ("Acme/Search-Config", 42, "https://github.com")
    );
    assert_eq!((seen.app_id.as_str(), seen.action.as_str()), ("", "closed"));
    let event = seen.pull_request.unwrap();
    assert_eq!(
        (event.action.as_str(), event.number, event.merged, event.state.as_str()),
        ("closed", 7, true, "closed")
    );
    assert_eq!(
        (event.merged_at.unwrap().seconds, event.updated_at.unwrap().seconds),
        (1_767_225_600, 1_767_225_601)
    );
    assert!(seen.received_at.is_some());
    let context = ingress.proposal.fake.contexts().remove(0);
    assert_eq!(context.actor, "github");

    let lines = log::lines("delivery_id", "a-merge");
    let [line] = &lines[..] else { panic!("{lines:#?}") };
    assert_eq!(
        (&line["message"], &line["gh_event"], &line["action"], &line["result"]),
        (&json!("webhook_received"), &json!("pull_request"), &json!("closed"), &json!("applied"))
    );
    assert!(line["request_id"].is_string() && line["proposal_id"].is_string());
}

#[tokio::test]
async fn each_outcome_has_its_answer() {
    for (outcome, status, action) in [
        (Outcome::Applied, 200, "applied"),
        (Outcome::Noop, 200, "noop"),
        (Outcome::Stale, 200, "noop"),
        (Outcome::UnknownPr, 200, "unknown_pr"),
        (Outcome::Ping, 200, "ping"),
        (Outcome::Failed, 200, "deferred"),
        (Outcome::Parked, 200, "deferred"),
        (Outcome::Unspecified, 500, ""),
    ] {
        let ingress = ingress(outcome).await;
        let body = merged("acme/search-config").to_string();
        let answer = send(delivery(&ingress, "pull_request", body, SECRET)).await;
        assert_eq!(
            (answer.status, answer.body["action"].as_str().unwrap_or_default()),
            (status, action),
            "{outcome:?}"
        );
    }
}

#[tokio::test]
async fn other_events_are_recorded_without_a_pull_request() {
    let ingress = ingress(Outcome::Noop).await;
    for event in ["ping", "push", "pull_request_review", "something_new"] {
        let answer =
            send(delivery(&ingress, event, merged("acme/search-config").to_string(), SECRET)).await;
        assert_eq!(answer.status, 200, "{event}: {}", answer.text);
    }
    assert!(recorded(&ingress).iter().all(|seen| seen.pull_request.is_none()));
    assert_eq!(recorded(&ingress).len(), 4);
}

#[tokio::test]
async fn both_secrets_are_good_while_they_are_rotated() {
    let ingress = ingress(Outcome::Applied).await;
    for secret in [SECRET, PREVIOUS] {
        let answer = send(delivery(
            &ingress,
            "pull_request",
            merged("acme/search-config").to_string(),
            secret,
        ))
        .await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
}

#[tokio::test]
async fn everything_that_cannot_be_believed_gets_one_answer_and_does_nothing() {
    let ingress = ingress(Outcome::Applied).await;
    let ours = merged("acme/search-config").to_string();
    let good = sign(SECRET, ours.as_bytes());
    let with = |signature: &[u8]| {
        let mut request = delivery(&ingress, "pull_request", ours.clone(), SECRET).build().unwrap();
        request
            .headers_mut()
            .insert("x-hub-signature-256", HeaderValue::from_bytes(signature).unwrap());
        ingress.again(request)
    };
    let unsigned = {
        let mut request = delivery(&ingress, "ping", ours.clone(), SECRET).build().unwrap();
        request.headers_mut().remove("x-hub-signature-256");
        ingress.again(request)
    };
    let mut moved = merged("acme/search-config");
    moved["repository"]["full_name"] = json!("acme/other");
    let mut nowhere = merged("acme/search-config");
    nowhere["repository"] = Value::Null;
    let cases: Vec<(&str, &str, RequestBuilder)> = vec![
        ("no signature", "missing_signature", unsigned),
        ("empty", "malformed_signature", with(b"")),
        ("SHA-1", "malformed_signature", with(b"sha1=757107ea0eb2509fc211221cce984b8a37570b6d")),
        ("no prefix", "malformed_signature", with(&good.as_bytes()[7..])),
        (
            "upper-case prefix",
            "malformed_signature",
            with(good.replace("sha256", "SHA256").as_bytes()),
        ),
        ("not ASCII", "malformed_signature", with(b"sha256=\xc3\xa9\xff\x80")),
        (
            "one digit off",
            "bad_signature",
            with(format!("{}0", &good[..good.len() - 1]).replace("0", "1").as_bytes()),
        ),
        (
            "wrong secret",
            "bad_signature",
            delivery(&ingress, "pull_request", ours.clone(), "wrong"),
        ),
        ("empty secret", "bad_signature", delivery(&ingress, "pull_request", ours.clone(), "")),
        (
            "unknown repository",
            "unknown_repository",
            delivery(&ingress, "pull_request", merged("nobody/nothing").to_string(), "wrong"),
        ),
        (
            "no repository at all",
            "unknown_repository",
            delivery(&ingress, "pull_request", "{}", SECRET),
        ),
        (
            "our secret, another repository",
            "repository_mismatch",
            delivery(&ingress, "pull_request", moved.to_string(), SECRET),
        ),
        (
            "our secret, no repository",
            "repository_mismatch",
            delivery(&ingress, "pull_request", nowhere.to_string(), SECRET),
        ),
    ];
    let mut answers: Vec<Answer> = Vec::new();
    for (index, (name, reason, request)) in cases.into_iter().enumerate() {
        let id = format!("unbelievable-{index}");
        let answer = send(named(&ingress, request, &id)).await;
        assert_eq!(answer.code(), (403, "INVALID_SIGNATURE"), "{name}: {}", answer.text);
        let told = log::lines("delivery_id", &id);
        let warned = told
            .iter()
            .find(|line| line["message"] == "webhook_invalid_signature")
            .unwrap_or_else(|| panic!("{name}"));
        assert_eq!(
            (&warned["reason"], &warned["level"]),
            (&json!(reason), &json!("WARN")),
            "{name}"
        );
        answers.push(answer);
    }
    assert!(
        answers.iter().all(|answer| answer.text == answers[0].text),
        "an answer tells which it was"
    );
    assert!(recorded(&ingress).is_empty());
    let logged = log::text();
    for secret in [SECRET, PREVIOUS, &good[7..]] {
        assert!(!logged.contains(secret), "{secret} is in the log");
    }
}

#[tokio::test]
async fn a_secret_opens_its_own_repository_only() {
    let ingress = ingress(Outcome::Applied).await;
    ingress.registry.fake.on(|request: &registry::GetWebhookSecretsRequest| {
        let id = if request.full_name == "acme/a" { "a" } else { "b" };
        let known = |host: &str, id: String| registry::WebhookSecrets {
            repository_id: id,
            full_name: request.full_name.clone(),
            host: host.into(),
            current: "one secret for all".into(),
            ..registry::WebhookSecrets::default()
        };
        Ok(registry::GetWebhookSecretsResponse {
            secrets: vec![
                known("https://ghe.example", format!("{id}-ghe")),
                known("https://github.com", id.into()),
            ],
        })
    });
    // The head comes first in the body, and its repository has the same secret.
    let mut body = merged("acme/b");
    body["pull_request"]["head"]["repo"]["full_name"] = json!("acme/a");
    send(delivery(&ingress, "pull_request", body.to_string(), "one secret for all")).await;
    body["repository"]["html_url"] = json!("https://ghe.example/acme/b");
    send(delivery(&ingress, "pull_request", body.to_string(), "one secret for all")).await;
    let owners: Vec<_> = recorded(&ingress).into_iter().map(|seen| seen.repository_id).collect();
    assert_eq!(owners, ["b", "b-ghe"]);
}

#[tokio::test]
async fn a_registered_repository_is_asked_for_once_in_ten_seconds() {
    let ingress = ingress(Outcome::Applied).await;
    for name in ["acme/search-config", "Acme/Search-Config"] {
        send(delivery(&ingress, "pull_request", merged(name).to_string(), SECRET)).await;
    }
    let asked: Vec<_> = ingress
        .registry
        .fake
        .seen::<registry::GetWebhookSecretsRequest>()
        .into_iter()
        .map(|seen| seen.full_name)
        .filter(|name| name == "acme/search-config")
        .collect();
    assert_eq!(asked.len(), 1);
}

#[tokio::test]
async fn a_repository_that_is_registered_after_its_first_delivery_is_believed_soon() {
    let ingress = Ingress::start().await;
    ingress.registry.fake.on(|_: &registry::GetWebhookSecretsRequest| {
        Ok(registry::GetWebhookSecretsResponse::default())
    });
    let body = merged("acme/search-config").to_string();
    let refused = send(delivery(&ingress, "pull_request", body.clone(), SECRET)).await;
    assert_eq!(refused.code(), (403, "INVALID_SIGNATURE"));

    register(&ingress, Outcome::Applied);
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(5);
    while send(delivery(&ingress, "pull_request", body.clone(), SECRET)).await.status != 200 {
        assert!(tokio::time::Instant::now() < deadline, "still not believed");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_core_that_is_away_is_a_reason_to_send_again() {
    let mut ingress = ingress(Outcome::Applied).await;
    ingress.registry.end().await;
    let body = merged("acme/search-config").to_string();
    let answer = send(delivery(&ingress, "pull_request", body.clone(), SECRET)).await;
    assert_eq!((answer.code(), answer.header("retry-after")), ((503, "SERVICE_UNAVAILABLE"), "1"));
    assert_eq!(answer.body["detail"]["retryable"], true);

    let mut ingress = self::ingress(Outcome::Applied).await;
    ingress.proposal.end().await;
    let answer = send(delivery(&ingress, "pull_request", body, SECRET)).await;
    assert_eq!(answer.code(), (503, "SERVICE_UNAVAILABLE"));
}

#[tokio::test]
async fn an_id_used_again_with_another_body_is_a_conflict() {
    let ingress = ingress(Outcome::Applied).await;
    answer_with(&ingress, |_| {
        Err(v1::RefusedDelivery {
            reason: ErrorReason::DeliveryConflict.reason().into(),
            message: "delivery x was used with another body".into(),
            field: String::new(),
        })
    });
    let answer =
        send(delivery(&ingress, "pull_request", merged("acme/search-config").to_string(), SECRET))
            .await;
    assert_eq!(answer.code(), (409, "DELIVERY_CONFLICT"));
}

#[tokio::test]
async fn a_large_delivery_is_taken_and_one_beyond_the_cap_is_not_read() {
    let ingress = ingress(Outcome::Applied).await;
    let mut large = merged("acme/search-config");
    large["zz"] = Value::String("a".repeat(6 * 1024 * 1024));
    assert_eq!(
        send(delivery(&ingress, "pull_request", large.to_string(), SECRET)).await.status,
        200
    );

    let head = |length: &str| {
        format!(
            "POST /webhooks/github HTTP/1.1\r\nHost: x\r\nX-GitHub-Event: push\r\nX-GitHub-Delivery: x\r\nX-Hub-Signature-256: sha256={}\r\n{length}\r\n\r\n",
            "0".repeat(64)
        )
    };
    let announced =
        crate::wire::exchange(ingress.address, head("Content-Length: 26214401").as_bytes()).await;
    assert_eq!(announced.map(|answer| answer.status), Some(413));

    let chunk = [&b"10000\r\n"[..], &[b'a'; 65536], b"\r\n"].concat();
    let endless = [head("Transfer-Encoding: chunked").into_bytes(), chunk.repeat(401)].concat();
    let answer = crate::wire::exchange(ingress.address, &endless).await;
    assert!(answer.is_none_or(|answer| answer.status == 413));
}
