//! Webhooks that come from what happened.

use std::time::Duration;

use pullwright_forge::{Delivery, Fault, FaultKind, ForgeOptions, NewHook};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{REPOSITORY, Received, Receiver, World, eventually, secret};

async fn hooked(world: &World) -> (Receiver, String) {
    let (receiver, secret) = (Receiver::start(StatusCode::OK).await, secret());
    world.forge.create_hook(REPOSITORY, NewHook::new(receiver.url(), &secret)).await.unwrap();
    receiver.wait_for(1).await;
    (receiver, secret)
}

fn actions(received: &[Received]) -> Vec<String> {
    let word = |one: &Received| match one.header("x-github-event") {
        "ping" => "ping".to_owned(),
        _ => one.body()["action"].as_str().unwrap().to_owned(),
    };
    received.iter().map(word).collect()
}

async fn settled(world: &World, count: usize) -> Vec<Delivery> {
    eventually("the end of all deliveries", || async {
        let deliveries = world.forge.deliveries(REPOSITORY).await.unwrap();
        (deliveries.len() >= count && deliveries.iter().all(Delivery::is_done))
            .then_some(deliveries)
    })
    .await
}

#[tokio::test]
async fn a_new_hook_is_pinged_with_a_signature() {
    let world = World::start().await;
    let (receiver, secret) = hooked(&world).await;
    let ping = &receiver.received()[0];
    assert_eq!(ping.header("x-github-event"), "ping");
    assert!(ping.is_signed_with(&secret));
    assert!(!ping.is_signed_with("another"));
    assert!(ping.header("user-agent").starts_with("GitHub-Hookshot/"));
    assert_eq!(ping.header("content-type"), "application/json");
    assert_eq!(ping.header("x-github-hook-installation-target-type"), "repository");
    let body = ping.body();
    assert_eq!(ping.header("x-github-hook-id"), body["hook_id"].to_string());
    assert_eq!(
        ping.header("x-github-hook-installation-target-id"),
        body["repository"]["id"].to_string()
    );
    assert!(!String::from_utf8_lossy(&ping.raw).contains(&secret));
}

#[tokio::test]
async fn a_merge_is_told_of_with_a_valid_signature() {
    let world = World::start().await;
    let (receiver, secret) = hooked(&world).await;
    world.open("x").await;
    let (status, merged) =
        world.rest().call(Method::PUT, &format!("/repos/{REPOSITORY}/pulls/1/merge"), None).await;
    assert_eq!(status, StatusCode::OK);
    let received = receiver.wait_for(3).await;
    assert_eq!(actions(&received), ["ping", "opened", "closed"]);
    assert!(received.iter().all(|one| one.is_signed_with(&secret)));
    let body = received[2].body();
    assert_eq!(body["pull_request"]["merged"], true);
    assert_eq!(body["pull_request"]["merge_commit_sha"], merged["sha"]);
    assert!(body["pull_request"]["merged_at"].is_string());
    assert_eq!((&body["number"], &body["sender"]["login"]), (&json!(1), &json!("bot")));
    assert_eq!(body["repository"]["full_name"], REPOSITORY);
}

#[tokio::test]
async fn everything_that_happens_is_told_in_order() {
    let world = World::start().await;
    let (receiver, _) = hooked(&world).await;
    let first = world.open("x").await["head"]["sha"].as_str().unwrap().to_owned();
    let second = world.change("x", "3").await;
    let edit = json!({ "title": "Better" });
    world.rest().call(Method::PATCH, &format!("/repos/{REPOSITORY}/pulls/1"), Some(edit)).await;
    world.forge.close(REPOSITORY, 1).await.unwrap();
    world.forge.reopen(REPOSITORY, 1).await.unwrap();
    world.forge.delete_branch(REPOSITORY, "x").await.unwrap();
    let received = receiver.wait_for(7).await;
    assert_eq!(
        actions(&received),
        ["ping", "opened", "synchronize", "edited", "closed", "reopened", "closed"]
    );
    let synchronize = received[2].body();
    assert_eq!((&synchronize["before"], &synchronize["after"]), (&json!(first), &json!(second)));
    assert_eq!(synchronize["pull_request"]["head"]["sha"], second);
    assert_eq!(received[3].body()["changes"], json!({ "title": { "from": "Raise the boost" } }));
    assert_eq!(received[4].body()["pull_request"]["merged"], false);
    assert_eq!(received[5].body()["pull_request"]["closed_at"], Value::Null);
}

#[tokio::test]
async fn a_push_by_git_synchronizes() {
    let world = World::start().await;
    let (receiver, _) = hooked(&world).await;
    world.open("x").await;
    let git = world.git();
    git.run("", &format!("clone -q -b x {} w", world.clone_url())).await;
    git.commit("w", "boosts.params.json", "{}\n").await;
    git.run("w", "push -q origin x").await;
    let received = receiver.wait_for(3).await;
    assert_eq!(actions(&received), ["ping", "opened", "synchronize"]);
    assert_eq!(received[2].body()["after"], git.run("w", "rev-parse HEAD").await);
    assert_eq!(received[2].body()["sender"]["login"], "bot");
}

#[tokio::test]
async fn a_refused_delivery_is_logged_and_not_repeated_until_asked() {
    let world = World::start().await;
    let receiver = Receiver::start(StatusCode::INTERNAL_SERVER_ERROR).await;
    world.forge.create_hook(REPOSITORY, NewHook::new(receiver.url(), secret())).await.unwrap();
    let ping = settled(&world, 1).await.remove(0);
    assert_eq!((ping.status.as_str(), ping.status_code), ("Invalid HTTP Response: 500", 500));
    assert_eq!(ping.response.body, "{\"status\":\"ok\"}");
    assert!(ping.request.headers.contains_key("X-Hub-Signature-256"));
    assert_eq!(receiver.received().len(), 1);
    let again = world.forge.redeliver(REPOSITORY, ping.id).await.unwrap();
    assert_ne!(again.id, ping.id);
    let received = receiver.wait_for(2).await;
    assert_eq!(received[1].header("x-github-delivery"), ping.guid);
    assert_eq!(received[0].raw, received[1].raw);
}

#[tokio::test]
async fn two_hooks_get_one_guid() {
    let world = World::start().await;
    let (one, _) = hooked(&world).await;
    let (other, _) = hooked(&world).await;
    world.open("x").await;
    let guid = |received: &[Received]| received[1].header("x-github-delivery").to_owned();
    assert_eq!(guid(&one.wait_for(2).await), guid(&other.wait_for(2).await));
}

#[tokio::test]
async fn a_hook_that_is_off_or_wants_other_events_hears_nothing() {
    let world = World::start().await;
    let (receiver, _) = hooked(&world).await;
    let hook = world.forge.hooks(REPOSITORY).await.unwrap().remove(0);
    world.forge.set_hook_active(REPOSITORY, hook.id, false).await.unwrap();
    let mut pushes = NewHook::new(receiver.url(), secret());
    pushes.events = vec!["push".to_owned()];
    world.forge.create_hook(REPOSITORY, pushes).await.unwrap();
    world.open("x").await;
    let events: Vec<String> =
        settled(&world, 2).await.into_iter().map(|delivery| delivery.event).collect();
    assert_eq!(events, ["ping", "ping"]);
}

#[tokio::test]
async fn a_slow_receiver_is_given_up_on() {
    let options =
        ForgeOptions { delivery_timeout: Duration::from_millis(200), ..ForgeOptions::default() };
    let world = World::start_with(options).await;
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    world.forge.create_hook(REPOSITORY, NewHook::new(url, secret())).await.unwrap();
    assert_eq!(settled(&world, 1).await[0].status, "timed out");
}

#[tokio::test]
async fn a_delivery_can_be_lost_on_the_way() {
    let world = World::start().await;
    let (receiver, _) = hooked(&world).await;
    world
        .forge
        .add_fault(Fault::on("webhooks.pull_request", FaultKind::DropBeforeEffect).times(1))
        .await
        .unwrap();
    world.open("x").await;
    world.forge.close(REPOSITORY, 1).await.unwrap();
    let received = receiver.wait_for(2).await;
    assert_eq!(actions(&received), ["ping", "closed"]);
    assert_eq!(settled(&world, 3).await[1].status, "not sent");
}
