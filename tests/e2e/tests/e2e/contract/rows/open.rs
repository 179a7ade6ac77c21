//! What everybody may ask who reaches the port: health, the document, and what GitHub tells.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::contract::{
    ask::Ask,
    row::Endpoint,
    world::{World, fresh},
};

pub(super) fn health() -> Endpoint {
    Endpoint::new("GET", "/healthz")
        .ok("the process answers", 200, async |_| Ask::plain())
        .shows(|answer| assert_eq!(answer.body, json!({"status": "ok"})))
}

pub(super) fn readiness() -> Endpoint {
    Endpoint::new("GET", "/readyz")
        .ok("so do the cores", 200, async |_| Ask::plain())
        .shows(|answer| assert_eq!(answer.body, json!({"status": "ready", "runner": "ready"})))
}

pub(super) fn document() -> Endpoint {
    Endpoint::new("GET", "/openapi.json")
        .ok("the document", 200, async |_| Ask::plain())
        .shows(|answer| assert_eq!(answer.body["openapi"], "3.1.0"))
}

pub(super) fn numbers() -> Endpoint {
    Endpoint::new("GET", "/metrics")
        .ok("what the process counts", 200, async |w| {
            let ping = delivery(w, "ping", &payload(w, json!({"zen": "count me"})));
            w.get("POST", "/webhooks/github", &ping, 200).await;
            Ask::plain()
        })
        .shows(|answer| {
            let ping = r#"webhook_deliveries{service="ingress",event="ping",outcome="ping"}"#;
            assert!(answer.text.contains(ping), "{}", answer.text);
        })
}

/// A delivery of the base's hook, signed with its secret.
pub(in crate::contract) fn delivery(w: &World, event: &str, body: &[u8]) -> Ask {
    let secret = w.stack.secrets().join("contract-base-webhook");
    let secret = std::fs::read_to_string(secret).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.trim().as_bytes()).unwrap();
    mac.update(body);
    let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
    Ask::plain()
        .raw("application/json", body)
        .header("x-github-event", event)
        .header("x-github-delivery", fresh("delivery"))
        .header("x-hub-signature-256", signature)
}

/// A body about the base's repository with these members.
pub(in crate::contract) fn payload(w: &World, with: Value) -> Vec<u8> {
    let url = format!("{}/{}", w.stack.ports.forge_url(), w.base.repository);
    let mut payload = json!({"repository": {"full_name": w.base.repository, "html_url": url}});
    payload.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
    payload.to_string().into_bytes()
}

fn pull_request(number: u64) -> Value {
    let times = json!({"created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:01Z"});
    let mut pull = json!({"number": number, "state": "closed", "merged": false, "merged_at": null});
    pull.as_object_mut().unwrap().extend(times.as_object().unwrap().clone());
    json!({"action": "closed", "number": number, "pull_request": pull})
}

/// §11, with `decisions.md` 1 and 9; §22.4: what was an unauthenticated 500.
pub(super) fn webhook() -> Endpoint {
    let forged = |w: &World, body: &[u8]| {
        let mut ask = delivery(w, "ping", body);
        ask.headers.retain(|(name, _)| name != "x-hub-signature-256");
        ask.header("x-hub-signature-256", format!("sha256={}", "0".repeat(64)))
    };
    Endpoint::new("POST", "/webhooks/github")
        .ok("a ping", 200, async |w| delivery(w, "ping", &payload(w, json!({"zen": "speak like a human"}))))
        .shows(|answer| assert_eq!(answer.body, json!({"status": "ok", "action": "ping"})))
        .ok("an event that means nothing here", 200, async |w| delivery(w, "star", &payload(w, json!({"action": "created"}))))
        .shows(|answer| assert_eq!(answer.body["action"], "noop"))
        .ok("a pull request that nobody knows", 200, async |w| delivery(w, "pull_request", &payload(w, pull_request(4_000_000))))
        .shows(|answer| assert_eq!(answer.body["action"], "unknown_pr"))
        .no("a signature that does not match", "INVALID_SIGNATURE", &["signature"], async move |w| forged(w, &payload(w, json!({}))))
        .no("no signature", "INVALID_SIGNATURE", &[], async |w| {
            let mut ask = delivery(w, "ping", &payload(w, json!({})));
            ask.headers.retain(|(name, _)| name != "x-hub-signature-256");
            ask
        })
        .no("a repository that nobody registered", "INVALID_SIGNATURE", &[], async |w| {
            delivery(w, "ping", br#"{"repository": {"full_name": "somebody/else", "html_url": "https://github.com/somebody/else"}}"#)
        })
        .no("bytes that are no UTF-8, from a stranger", "INVALID_SIGNATURE", &[], async move |w| forged(w, b"\xff\xfe"))
        .no("a hundred thousand brackets, from a stranger", "INVALID_SIGNATURE", &[], async move |w| forged(w, "[".repeat(100_000).as_bytes()))
        .no_with("no delivery's id", 400, "VALIDATION_ERROR", &["X-GitHub-Delivery"], async |w| {
            let mut ask = delivery(w, "ping", &payload(w, json!({})));
            ask.headers.retain(|(name, _)| name != "x-github-delivery");
            ask
        })
        .no_with("no event", 400, "VALIDATION_ERROR", &["X-GitHub-Event"], async |w| {
            let mut ask = delivery(w, "ping", &payload(w, json!({})));
            ask.headers.retain(|(name, _)| name != "x-github-event");
            ask
        })
        .no_with("a hook of another content type", 400, "VALIDATION_ERROR", &["Content-Type", "application/json"], async |w| {
            delivery(w, "ping", &payload(w, json!({}))).raw("application/x-www-form-urlencoded", "payload={}")
        })
        .no("a pull_request event without its pull request", "VALIDATION_ERROR", &["pull_request"], async |w| {
            delivery(w, "pull_request", &payload(w, json!({"action": "closed"})))
        })
        .ok("an odd pull request whose action changes nothing", 200, async |w| {
            delivery(w, "pull_request", &payload(w, json!({"action": "labeled", "number": [], "pull_request": 7})))
        })
        .shows(|answer| assert_eq!(answer.body["action"], "noop"))
        .no("another body under a delivery's id", "DELIVERY_CONFLICT", &[], async |w| {
            let body = |with: Value| payload(w, with);
            let first = delivery(w, "star", &body(json!({"action": "created"})));
            w.get("POST", "/webhooks/github", &first, 200).await;
            let id = first.headers.iter().find(|(name, _)| name == "x-github-delivery").unwrap().clone();
            let mut second = delivery(w, "star", &body(json!({"action": "deleted"})));
            second.headers.retain(|(name, _)| name != "x-github-delivery");
            second.headers.push(id.clone());
            second.naming(String::from_utf8(id.1).unwrap())
        })
}
