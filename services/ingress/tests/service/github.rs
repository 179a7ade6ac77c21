//! GitHub, as far as it signs and sends deliveries.

use hmac::{Hmac, KeyInit as _, Mac as _};
use pullwright_proto::{delivery as v1, registry};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::harness::Ingress;

/// The secret of `acme/search-config`.
pub const SECRET: &str = "It's a Secret to Everybody";
/// The secret before it.
pub const PREVIOUS: &str = "It was a Secret to Everybody";
/// The repository's id in the registry.
pub const REPOSITORY: &str = "01890a5d-ac96-774b-bcce-b302099a8001";

/// `sha256=` and the digest.
pub fn sign(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

/// A merge of pull request 7 of this repository.
pub fn merged(full_name: &str) -> Value {
    json!({
        "action": "closed", "number": 7,
        "pull_request": {"number": 7, "state": "closed", "merged": true, "merged_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:01Z",
                         "head": {"repo": {"full_name": "fork/search-config"}}, "base": {"repo": {"full_name": full_name}}},
        "repository": {"id": 42, "full_name": full_name, "html_url": format!("https://github.com/{full_name}")},
    })
}

/// From now on the ledger says this of each delivery.
pub fn answer_with(
    ingress: &Ingress,
    end: impl Fn(&v1::RecordDeliveryRequest) -> Result<v1::RecordDeliveryResponse, v1::RefusedDelivery>
    + Send
    + Sync
    + 'static,
) {
    ingress.proposal.fake.on(move |request: &v1::RecordDeliveriesRequest| {
        let end = |one: &v1::RecordDeliveryRequest| v1::RecordedDelivery {
            end: Some(match end(one) {
                Ok(recorded) => v1::recorded_delivery::End::Recorded(recorded),
                Err(refused) => v1::recorded_delivery::End::Refused(refused),
            }),
        };
        let deliveries = request.deliveries.iter().map(end).collect();
        Ok(v1::RecordDeliveriesResponse { deliveries })
    });
}

/// What the ledger was told, the oldest first.
pub fn recorded(ingress: &Ingress) -> Vec<v1::RecordDeliveryRequest> {
    let batches = ingress.proposal.fake.seen::<v1::RecordDeliveriesRequest>();
    batches.into_iter().flat_map(|batch| batch.deliveries).collect()
}

/// What the ledger says of a delivery that ends so.
pub fn ended(outcome: v1::DeliveryOutcome) -> v1::RecordDeliveryResponse {
    v1::RecordDeliveryResponse { outcome: outcome.into(), ..v1::RecordDeliveryResponse::default() }
}

/// Registers `acme/search-config` with both secrets, and says what comes of its deliveries.
pub fn register(ingress: &Ingress, outcome: v1::DeliveryOutcome) {
    ingress.registry.fake.on(|request: &registry::GetWebhookSecretsRequest| {
        let known = registry::WebhookSecrets {
            repository_id: REPOSITORY.into(),
            host: "https://github.com".into(),
            current: SECRET.into(),
            previous: PREVIOUS.into(),
            full_name: "acme/search-config".into(),
            ..registry::WebhookSecrets::default()
        };
        let is_known = request.full_name.eq_ignore_ascii_case("acme/search-config");
        Ok(registry::GetWebhookSecretsResponse {
            secrets: is_known.then_some(known).into_iter().collect(),
        })
    });
    answer_with(ingress, move |_| Ok(ended(outcome)));
}

/// A delivery as GitHub sends it, signed with `secret`.
pub fn delivery(
    ingress: &Ingress,
    event: &str,
    body: impl Into<Vec<u8>>,
    secret: &str,
) -> RequestBuilder {
    let body = body.into();
    ingress
        .request(Method::POST, "/webhooks/github")
        .header("user-agent", "GitHub-Hookshot/044aadd")
        .header("content-type", "application/json")
        .header("x-github-event", event)
        .header("x-github-delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958")
        .header("x-hub-signature-256", sign(secret, &body))
        .body(body)
}
