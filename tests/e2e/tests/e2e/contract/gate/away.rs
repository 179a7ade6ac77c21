//! An ingress whose cores are all away.

use pullwright_harness::{Rest, Service};
use pullwright_testkit::{ports, wait};
use serde_json::json;

use super::{WEBHOOK, judge, plain};
use crate::{contract::world::World, system::PATIENCE};

/// Calls that need no core.
pub(super) const ALONE: &[&str] = &["/healthz", "/openapi.json", "/metrics"];

#[tokio::test]
async fn every_call_says_when_a_core_is_away_and_that_it_may_be_asked_again() {
    let world = World::enter().await;
    let (port, dead) = (ports::free(), format!("http://127.0.0.1:{}", ports::free()));
    let listen = format!("127.0.0.1:{port}");
    let changed = [
        ("INGRESS_LISTEN", listen.as_str()),
        ("INGRESS_PROPOSAL_ADDR", &dead),
        ("INGRESS_REGISTRY_ADDR", &dead),
        ("INGRESS_RUNNER_ADDR", &dead),
    ];
    let _ingress = world.stack.launch_beside(Service::Ingress, &changed).unwrap();
    let rest = Rest::new(&format!("http://{listen}"), None).unwrap();
    let alone = World { rest, ..World::enter().await };
    let answers =
        || async { alone.rest.get("/healthz").await.is_ok_and(|answer| answer.status == 200) };
    wait::until("the ingress without cores answers", PATIENCE, answers).await.unwrap();
    for (method, path) in world.document.operations() {
        if ALONE.contains(&path.as_str()) {
            continue;
        }
        let mut ask = plain(&world, &method, &path);
        if path == WEBHOOK {
            let body =
                json!({"repository": {"full_name": "a/b", "html_url": "https://github.com/a/b"}});
            let signature = format!("sha256={}", "0".repeat(64));
            ask = ask.with(&body).header("x-hub-signature-256", signature);
        }
        let answer = Rest::answer(ask.request(&alone, &method, &path)).await.unwrap();
        judge(&alone, &method, &path, &answer, 503, "SERVICE_UNAVAILABLE", &[]);
        assert!(answer.headers.contains_key("retry-after"), "{method} {path}: {}", answer.text);
    }
}
