//! Each kind of fault, as a client meets it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use pullwright_forge::{Fault, FaultKind};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{REPOSITORY, World, eventually};

/// Long enough for an answer that comes, short enough to wait for one that does not.
const PATIENCE: Duration = Duration::from_millis(700);

async fn strike(world: &World, route: &str, kind: FaultKind) {
    world.forge.add_fault(Fault::on(route, kind).times(1)).await.unwrap();
}

fn status(code: u16) -> FaultKind {
    let headers = BTreeMap::from([("retry-after".to_owned(), "7".to_owned())]);
    FaultKind::Status { code, body: json!({ "message": "secondary" }).to_string(), headers }
}

async fn try_create(
    world: &World,
) -> reqwest::Result<(StatusCode, reqwest::header::HeaderMap, Vec<u8>)> {
    let body = json!({ "title": "t", "head": "x", "base": "main" });
    world.rest().send(Method::POST, &format!("/repos/{REPOSITORY}/pulls"), Some(body)).await
}

async fn pulls(world: &World) -> usize {
    world.forge.pulls(REPOSITORY).await.unwrap().len()
}

#[tokio::test]
async fn an_answer_dropped_after_the_effect_leaves_the_pull_request() {
    let world = World::start().await;
    world.change("x", "2").await;
    strike(&world, "pulls.create", FaultKind::DropAfterEffect).await;
    assert!(try_create(&world).await.is_err());
    assert_eq!(pulls(&world).await, 1);
    assert_eq!(
        try_create(&world).await.unwrap().0,
        StatusCode::UNPROCESSABLE_ENTITY,
        "the fault is spent"
    );
    let record =
        world.forge.requests().await.into_iter().find(|request| request.fault.is_some()).unwrap();
    assert_eq!((record.route.as_str(), record.status), ("pulls.create", 0));
}

#[tokio::test]
async fn an_answer_dropped_before_the_effect_leaves_nothing() {
    let world = World::start().await;
    world.change("x", "2").await;
    strike(&world, "pulls.create", FaultKind::DropBeforeEffect).await;
    assert!(try_create(&world).await.is_err());
    assert_eq!(pulls(&world).await, 0);
}

#[tokio::test]
async fn a_status_comes_instead_of_the_effect_with_its_headers() {
    let world = World::start().await;
    world.change("x", "2").await;
    strike(&world, "pulls.*", status(403)).await;
    let (code, headers, body) = try_create(&world).await.unwrap();
    assert_eq!((code, &headers["retry-after"]), (StatusCode::FORBIDDEN, &"7".parse().unwrap()));
    assert_eq!(body, br#"{"message":"secondary"}"#);
    assert_eq!(pulls(&world).await, 0);
}

#[tokio::test]
async fn a_status_can_come_after_the_effect() {
    let world = World::start().await;
    world.change("x", "2").await;
    let kind = FaultKind::StatusAfterEffect {
        code: 502,
        body: "bad gateway".to_owned(),
        headers: BTreeMap::new(),
    };
    strike(&world, "pulls.create", kind).await;
    assert_eq!(try_create(&world).await.unwrap().0, StatusCode::BAD_GATEWAY);
    assert_eq!(pulls(&world).await, 1);
}

#[tokio::test]
async fn a_delay_delays() {
    let world = World::start().await;
    world.change("x", "2").await;
    strike(&world, "pulls.create", FaultKind::Delay { ms: 300 }).await;
    let started = Instant::now();
    assert_eq!(try_create(&world).await.unwrap().0, StatusCode::CREATED);
    assert!(started.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn a_delayed_effect_comes_even_when_its_client_has_left() {
    let world = World::start().await;
    world.change("x", "2").await;
    strike(&world, "pulls.create", FaultKind::Delay { ms: 1000 }).await;
    let arrived = eventually("the request", || async {
        world.forge.counters().await.contains_key("pulls.create").then_some(())
    });
    tokio::select! {
        biased;
        () = arrived => {}
        answered = try_create(&world) => panic!("answered too early: {answered:?}"),
    }
    assert_eq!(pulls(&world).await, 0);
    eventually("the late pull request", || async { (pulls(&world).await == 1).then_some(()) })
        .await;
}

#[tokio::test]
async fn a_hanging_answer_never_comes() {
    let world = World::start().await;
    world.change("x", "2").await;
    strike(&world, "pulls.create", FaultKind::Hang).await;
    assert!(tokio::time::timeout(PATIENCE, try_create(&world)).await.is_err());
    assert_eq!(pulls(&world).await, 0);
    strike(&world, "pulls.create", FaultKind::HangAfterEffect).await;
    assert!(tokio::time::timeout(PATIENCE, try_create(&world)).await.is_err());
    assert_eq!(pulls(&world).await, 1);
}

#[tokio::test]
async fn a_truncated_answer_breaks_off() {
    let world = World::start().await;
    strike(&world, "repos.get", FaultKind::Truncate { bytes: 10 }).await;
    let client = reqwest::Client::builder().user_agent("t").no_proxy().build().unwrap();
    let request = client
        .get(format!("{}/repos/{REPOSITORY}", world.forge.api_url()))
        .bearer_auth(&world.writer);
    let mut response = request.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert!(response.content_length().unwrap() > 10);
    assert_eq!(response.chunk().await.unwrap().unwrap().len(), 10);
    assert!(response.chunk().await.is_err());
}

#[tokio::test]
async fn a_redirect_sends_the_client_elsewhere() {
    let world = World::start().await;
    let elsewhere = FaultKind::Redirect { url: "http://127.0.0.1:1/x".to_owned(), code: Some(301) };
    strike(&world, "repos.get", elsewhere).await;
    let (code, headers, _) =
        world.rest().send(Method::GET, &format!("/repos/{REPOSITORY}"), None).await.unwrap();
    assert_eq!(
        (code, &headers["location"]),
        (StatusCode::MOVED_PERMANENTLY, &"http://127.0.0.1:1/x".parse().unwrap())
    );
}

#[tokio::test]
async fn a_push_whose_answer_is_dropped_was_applied() {
    let world = World::start().await;
    let git = world.git();
    git.run("", &format!("clone -q {} w", world.clone_url())).await;
    git.commit("w", "boosts.params.json", "{}\n").await;
    strike(&world, "git.receive-pack", FaultKind::DropAfterEffect).await;
    git.fail("w", "push -q origin HEAD:refs/heads/x").await;
    let tip = world.forge.branch_tip(REPOSITORY, "x").await.unwrap();
    assert_eq!(tip, Some(git.run("w", "rev-parse HEAD").await));
}

#[tokio::test]
async fn a_push_that_meets_a_status_was_not_applied() {
    let world = World::start().await;
    let git = world.git();
    git.run("", &format!("clone -q {} w", world.clone_url())).await;
    git.commit("w", "boosts.params.json", "{}\n").await;
    strike(&world, "git.receive-pack", status(503)).await;
    git.fail("w", "push -q origin HEAD:refs/heads/x").await;
    assert_eq!(world.forge.branch_tip(REPOSITORY, "x").await.unwrap(), None);
    git.run("w", "push -q origin HEAD:refs/heads/x").await;
}

#[tokio::test]
async fn a_path_and_a_method_aim_as_well_as_a_route() {
    let world = World::start().await;
    let mut fault = Fault::on("", status(500));
    (fault.route, fault.method, fault.path) =
        (None, Some("get".to_owned()), Some("/api/v3/repos/*".to_owned()));
    world.forge.add_fault(fault).await.unwrap();
    let path = format!("/repos/{REPOSITORY}");
    assert_eq!(
        world.rest().call(Method::GET, &path, None).await.0,
        StatusCode::INTERNAL_SERVER_ERROR
    );
    assert_eq!(world.rest().call(Method::GET, "/meta", None).await.0, StatusCode::OK);
    assert_eq!(world.forge.faults().await[0].struck, 1);
    world.forge.clear_faults().await;
    assert_eq!(world.rest().call(Method::GET, &path, None).await.0, StatusCode::OK);
}

#[tokio::test]
async fn the_request_log_knows_the_scheme_and_never_the_credential() {
    let world = World::start().await;
    world.rest().get(&format!("/repos/{REPOSITORY}")).await;
    world.git().run("", &format!("ls-remote {}", world.clone_url())).await;
    let requests = world.forge.requests().await;
    let schemes: Vec<_> = requests.iter().map(|request| request.authorization.as_deref()).collect();
    assert_eq!(schemes, [Some("bearer"), Some("basic"), Some("basic")]);
    assert_eq!(requests[0].user_agent.as_deref(), Some("pullwright-forge-test"));
    assert!(requests[0].header_names.contains(&"authorization".to_owned()));
    assert!(!serde_json::to_string(&requests).unwrap().contains(&world.writer));
    assert_eq!(world.forge.counters().await["repos.get"], 1);
    world.forge.clear_requests().await;
    assert!(world.forge.requests().await.is_empty());
}
