//! `X-Request-ID`: taken or minted, echoed, and in every line that any service logs about the call.

use pullwright_harness::{Rest, Service, WireOptions};
use pullwright_testkit::wait;
use serde_json::{Value, json};

use super::{
    ask::Ask,
    world::{World, fresh},
};
use crate::system::PATIENCE;

async fn echoed(world: &World, ask: Ask) -> String {
    let answer = world.ask("GET", "/api/v1/proposals", &ask.asking("limit=1")).await;
    answer.headers["x-request-id"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_id_that_is_well_formed_is_taken_and_every_answer_has_one() {
    let world = World::enter().await;
    let longest = "x".repeat(128);
    for id in ["a", "click-1", "0.9_-Z", longest.as_str()] {
        assert_eq!(echoed(&world, Ask::plain().header("x-request-id", id)).await, id);
    }
    let minted = echoed(&world, Ask::plain()).await;
    let again = echoed(&world, Ask::plain()).await;
    assert_ne!(minted, again);
    for id in [minted, again] {
        let id = uuid::Uuid::parse_str(&id).unwrap();
        assert_eq!(id.get_version_num(), 7);
    }
    for (method, path) in [("GET", "/nowhere"), ("PUT", "/api/v1/proposals"), ("GET", "/healthz")] {
        let request =
            world.rest.request(method.parse().unwrap(), path).header("x-request-id", "mine");
        assert_eq!(
            Rest::answer(request).await.unwrap().headers["x-request-id"],
            "mine",
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn garbage_is_replaced_and_never_comes_back() {
    let world = World::enter().await;
    let too_long = "x".repeat(129);
    let garbage: [&[u8]; 8] = [
        b"",
        b"a b",
        b"a/b",
        b"<script>",
        "\u{e9}".as_bytes(),
        b"\xff\xfe",
        too_long.as_bytes(),
        b"a\tb",
    ];
    for id in garbage {
        let given = echoed(&world, Ask::plain().header("x-request-id", id)).await;
        assert!(uuid::Uuid::parse_str(&given).is_ok(), "{id:?} became {given}");
    }
}

#[tokio::test]
async fn every_line_that_a_call_leaves_in_any_log_has_its_id() {
    let world = World::enter().await;
    let system = world.wired(WireOptions::new(&fresh("contract-lines"))).await;
    let diff = json!({"boost": {"from": 1.0, "to": 2.5}});
    let proposal = system.propose(diff).await;
    let id = fresh("lines");
    let path = "/api/v1/proposals/{id}";
    let say = |call: &str| Ask::of(&proposal).header("x-request-id", format!("{id}-{call}"));
    world.get("GET", path, &say("get"), 200).await;
    world.get("POST", &format!("{path}/preview"), &say("preview"), 200).await;
    world.get("POST", &format!("{path}/open_pr"), &say("open"), 202).await;
    let opened = system.until(&proposal, "pr_opened").await;
    let repo = Ask::of(&system.wired.config_repo_id).header("x-request-id", format!("{id}-repo"));
    world.get("GET", "/api/v1/config-repos/{id}", &repo, 200).await;
    assert!(opened["pr_url"].is_string());

    let (ingress, ledger) = (Service::Ingress, Service::Proposal);
    let (registry, runner) = (Service::Registry, Service::Runner);
    for (call, services) in [
        ("get", &[ingress, ledger][..]),
        ("preview", &[ingress, ledger, registry, runner]),
        ("open", &[ingress, ledger, registry, runner]),
        ("repo", &[ingress, ledger, registry]),
    ] {
        let id = format!("{id}-{call}");
        for service in services {
            let claim = format!("{} logs under {id}", service.name());
            let logged = || async {
                lines(&world, *service).iter().any(|line| line["request_id"] == id.as_str())
            };
            wait::until(&claim, PATIENCE, logged).await.unwrap();
        }
    }
    // What speaks of this proposal was caused by one of the calls above, or by what GitHub said about it.
    let about = |line: &&Value| line.to_string().contains(&proposal);
    for service in [ingress, ledger, registry, runner] {
        for line in lines(&world, service).iter().filter(about) {
            let known = line["request_id"].as_str().unwrap_or_default();
            assert!(!known.is_empty(), "{}: a line without an id: {line}", service.name());
        }
    }
}

fn lines(world: &World, service: Service) -> Vec<Value> {
    let log = world.stack.logs().join(format!("{}.log", service.name()));
    let text = std::fs::read_to_string(log).unwrap();
    // The last line may be half written.
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}
