//! The corpus of hostile deliveries, sent as bytes: each gets a definite answer, and the next good one is taken.

use pullwright_proto::{delivery as v1, registry};
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;

use crate::{
    corpus, github,
    harness::{self, Ingress},
    log, wire,
};

const SECRET: &str = "a secret of the corpus";
const PATH: &str = "/webhooks/github";

/// Where our answer is documented and another one than the case expects.
const OURS: &[(&str, u16, &str)] = &[
    (
        "WP-008",
        200,
        "a body is looked through and never built up, so depth is nothing; an App may tell of what we do not know",
    ),
    (
        "WP-016",
        200,
        "only pull_request events are read; of others nothing but the repository is, so the id is never seen",
    ),
    ("WP-017", 200, "as above: an issue's number is never read"),
    (
        "WP-052",
        200,
        "the comment's text is looked through and never decoded; the body is kept as it came",
    ),
];

/// An ingress that knows the repositories of the fixtures and an App, all with one secret.
async fn ingress() -> Ingress {
    let ingress = Ingress::start().await;
    ingress.registry.fake.on(|request: &registry::GetWebhookSecretsRequest| {
        let known = registry::WebhookSecrets {
            repository_id: request.full_name.clone(),
            full_name: request.full_name.clone(),
            host: "https://github.com".into(),
            current: SECRET.into(),
            ..registry::WebhookSecrets::default()
        };
        let of_app = registry::WebhookSecrets {
            app_id: "the App".into(),
            host: "https://github.com".into(),
            current: SECRET.into(),
            ..registry::WebhookSecrets::default()
        };
        let known = (!request.full_name.is_empty()).then_some(known);
        let secrets = known.into_iter().chain(request.from_app.then_some(of_app)).collect();
        Ok(registry::GetWebhookSecretsResponse { secrets })
    });
    github::answer_with(&ingress, |_| Ok(github::ended(v1::DeliveryOutcome::Noop)));
    ingress
}

async fn all(category: &str) {
    let ingress = ingress().await;
    let control =
        corpus::cases("webhook_signature").into_iter().find(|case| case["id"] == "WS-002").unwrap();
    let cases = corpus::cases(category);
    assert!(cases.len() >= 10, "{category} has {} cases", cases.len());
    for case in &cases {
        let before = recorded(&ingress);
        let answer = wire::exchange(ingress.address, &corpus::request(case, SECRET, PATH)).await;
        judge(case, answer.as_ref());
        if answer.is_none_or(|answer| answer.status >= 400) {
            assert_eq!(
                recorded(&ingress),
                before,
                "{}: refused, and recorded all the same",
                case["id"]
            );
        }
        let control =
            wire::exchange(ingress.address, &corpus::request(&control, SECRET, PATH)).await;
        assert_eq!(
            control.map(|answer| answer.status),
            Some(200),
            "the control after {}",
            case["id"]
        );
    }
    assert!(!log::text().contains(SECRET));
}

fn recorded(ingress: &Ingress) -> usize {
    github::recorded(ingress).len()
}

fn judge(case: &Value, answer: Option<&wire::Raw>) {
    let id = case["id"].as_str().unwrap();
    let status = answer.map(|answer| u64::from(answer.status));
    if let Some((_, ours, _reason)) = OURS.iter().find(|(known, ..)| *known == id) {
        return assert_eq!(status, Some(u64::from(*ours)), "{id}: {answer:?}");
    }
    let expected = &case["expect"];
    let Some(status) = status else {
        return assert_eq!(
            expected["connection_may_close"], true,
            "{id}: closed without an answer"
        );
    };
    let allowed: Vec<_> =
        expected["http_status"].as_array().unwrap().iter().filter_map(Value::as_u64).collect();
    assert!(
        allowed.contains(&status),
        "{id} {}: {status} is not in {allowed:?}: {answer:?}",
        case["title"]
    );
}

#[tokio::test]
async fn signatures() {
    all("webhook_signature").await;
}

#[tokio::test]
async fn http() {
    all("webhook_http").await;
}

#[tokio::test]
async fn payloads() {
    all("webhook_payload").await;
}

#[tokio::test]
async fn upper_and_mixed_case_digits_are_one_outcome() {
    let ingress = ingress().await;
    let cases = corpus::cases("webhook_signature");
    for id in ["WS-014", "WS-015"] {
        let case = cases.iter().find(|case| case["id"] == id).unwrap();
        let answer = wire::exchange(ingress.address, &corpus::request(case, SECRET, PATH)).await;
        assert_eq!(answer.map(|answer| answer.status), Some(200), "{id}");
    }
}

#[tokio::test]
async fn two_deliveries_in_one_write_are_both_answered_and_a_head_that_never_ends_holds_nobody_up()
{
    let ingress = ingress().await;
    let control =
        corpus::cases("webhook_signature").into_iter().find(|case| case["id"] == "WS-002").unwrap();
    let bytes = corpus::request(&control, SECRET, PATH);
    let slow: Vec<_> = futures::future::join_all((0..50).map(|_| async {
        let mut stream = tokio::net::TcpStream::connect(ingress.address).await.unwrap();
        stream.write_all(b"POST /webhooks/github HTTP/1.1\r\nX-Slow: ").await.unwrap();
        stream
    }))
    .await;
    let mut pipelined = tokio::net::TcpStream::connect(ingress.address).await.unwrap();
    pipelined.write_all(&bytes.repeat(2)).await.unwrap();
    let looked = || async { recorded(&ingress) == 2 };
    pullwright_testkit::wait::until(
        "both are recorded",
        std::time::Duration::from_secs(10),
        looked,
    )
    .await
    .unwrap();
    assert_eq!(harness::send(ingress.request(reqwest::Method::GET, "/healthz")).await.status, 200);
    drop((slow, pipelined));
}
