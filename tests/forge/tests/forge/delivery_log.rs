//! The delivery log of a hook: what it shows, how it is paged, and redelivery.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use pullwright_forge::{Clock, DeliveryPolicy, ForgeOptions, HookEdit, NewHook};
use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::support::{REPOSITORY, Receiver, World, all_sent, eventually, secret};

async fn hooked(world: &World, receiver: &Receiver, secret: &str) -> String {
    let hook = NewHook::new(receiver.url(), secret);
    let hook = world.forge.create_hook(REPOSITORY, hook).await.unwrap();
    all_sent(&world.forge).await;
    format!("/repos/{REPOSITORY}/hooks/{}/deliveries", hook.id)
}

fn items(answer: &Value) -> Vec<Value> {
    answer.as_array().unwrap().clone()
}

#[tokio::test]
async fn the_log_is_newest_first_and_paged_by_a_cursor() {
    let world = World::start().await;
    let receiver = Receiver::start(StatusCode::OK).await;
    let log = hooked(&world, &receiver, "s").await;
    world.open("x").await;
    world.forge.close(REPOSITORY, 1).await.unwrap();
    all_sent(&world.forge).await;
    let all = items(&world.rest().get(&log).await);
    let actions: Vec<&Value> = all.iter().map(|item| &item["action"]).collect();
    assert_eq!(actions, [&Value::from("closed"), &Value::from("opened"), &Value::Null]);
    let (mut path, mut seen) = (format!("{log}?per_page=1"), Vec::new());
    loop {
        let (status, headers, body) = world.rest().send(Method::GET, &path, None).await.unwrap();
        assert_eq!(status, StatusCode::OK);
        seen.extend(items(&serde_json::from_slice(&body).unwrap()));
        let Some(link) = headers.get("link") else { break };
        let link = link.to_str().unwrap();
        assert!(link.ends_with("; rel=\"next\"") && link.contains("cursor=v1_"), "{link}");
        let url = link.trim_start_matches('<').split('>').next().unwrap();
        path = url.strip_prefix(&world.forge.api_url()).unwrap().to_owned();
    }
    assert_eq!(seen, all);
    let (status, _) = world.rest().call(Method::GET, &format!("{log}?cursor=v1_1"), None).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_delivery_shows_what_was_sent_and_what_came_back() {
    let world = World::start().await;
    let receiver = Receiver::start(StatusCode::OK).await;
    let log = hooked(&world, &receiver, "s").await;
    let ping = items(&world.rest().get(&log).await).remove(0);
    assert_eq!((&ping["status"], &ping["status_code"]), (&"OK".into(), &200.into()));
    let one = world.rest().get(&format!("{log}/{}", ping["id"])).await;
    assert_eq!(one["request"]["headers"]["X-GitHub-Event"], "ping");
    assert_eq!(one["request"]["payload"], receiver.received()[0].body());
    assert_eq!(one["response"]["payload"], "{\"status\":\"ok\"}");
    assert_eq!(one["guid"], receiver.received()[0].header("x-github-delivery"));
    let (status, _) = world.rest().call(Method::GET, &format!("{log}/1"), None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn failures_are_found_by_status() {
    let world = World::start().await;
    let receiver = Receiver::start(StatusCode::SERVICE_UNAVAILABLE).await;
    let log = hooked(&world, &receiver, "s").await;
    let nowhere = HookEdit { url: Some("http://127.0.0.1:9/".to_owned()), ..HookEdit::default() };
    let hook = world.forge.hooks(REPOSITORY).await.unwrap()[0].id;
    world.forge.edit_hook(REPOSITORY, hook, nowhere).await.unwrap();
    world.open("x").await;
    all_sent(&world.forge).await;
    let failed = items(&world.rest().get(&format!("{log}?status=failure")).await);
    let codes: Vec<u64> = failed.iter().map(|item| item["status_code"].as_u64().unwrap()).collect();
    assert_eq!(codes, [502, 503]);
    assert_eq!(failed[0]["status"], "failed to connect to host");
    assert_eq!(items(&world.rest().get(&format!("{log}?status=success")).await).len(), 0);
    let (status, _) = world.rest().call(Method::GET, &format!("{log}?status=odd"), None).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_redelivery_has_the_old_guid_and_the_secret_of_now() {
    let world = World::start().await;
    let (receiver, first, second) = (Receiver::start(StatusCode::OK).await, secret(), secret());
    let log = hooked(&world, &receiver, &first).await;
    let ping = items(&world.rest().get(&log).await).remove(0);
    let hook = world.forge.hooks(REPOSITORY).await.unwrap()[0].id;
    let edit = HookEdit { secret: Some(second.clone()), ..HookEdit::default() };
    world.forge.edit_hook(REPOSITORY, hook, edit).await.unwrap();
    let attempts = format!("{log}/{}/attempts", ping["id"]);
    let (status, body) = world.rest().call(Method::POST, &attempts, None).await;
    assert_eq!((status, body), (StatusCode::ACCEPTED, serde_json::json!({})));
    let received = receiver.wait_for(2).await;
    assert_eq!(received[1].header("x-github-delivery"), ping["guid"]);
    assert_eq!(received[1].raw, received[0].raw);
    assert!(received[0].is_signed_with(&first) && received[1].is_signed_with(&second));
    all_sent(&world.forge).await;
    let newest = items(&world.rest().get(&log).await).remove(0);
    assert_eq!((&newest["redelivery"], &newest["guid"]), (&true.into(), &ping["guid"]));
    assert_ne!(newest["id"], ping["id"]);
}

#[tokio::test]
async fn a_delivery_is_in_no_log_before_it_has_ended() {
    let world = World::start().await;
    let receiver = Receiver::start(StatusCode::OK).await;
    let log = hooked(&world, &receiver, "s").await;
    let slow =
        DeliveryPolicy { delay_percent: 100, delay_ms: (500, 500), ..DeliveryPolicy::default() };
    world.forge.set_delivery_policy(None, slow).await;
    world.open("x").await;
    assert_eq!(items(&world.rest().get(&log).await).len(), 1);
    all_sent(&world.forge).await;
    assert_eq!(items(&world.rest().get(&log).await).len(), 2);
}

/// A clock that a test moves.
struct Moved(Mutex<Timestamp>);

impl Clock for Moved {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

#[tokio::test]
async fn the_log_forgets_after_three_days() {
    let clock = Arc::new(Moved(Mutex::new(Timestamp::from_second(1_800_000_000).unwrap())));
    let options = ForgeOptions { clock: clock.clone(), ..ForgeOptions::default() };
    assert_eq!(options.delivery_retention, Duration::from_secs(3 * 86_400));
    let world = World::start_with(options).await;
    let receiver = Receiver::start(StatusCode::OK).await;
    let log = hooked(&world, &receiver, "s").await;
    let ping = items(&world.rest().get(&log).await).remove(0);
    let later = |hours: i64| {
        let mut now = clock.0.lock().unwrap();
        *now = now.checked_add(SignedDuration::from_hours(hours)).unwrap();
    };
    later(72);
    assert_eq!(items(&world.rest().get(&log).await).len(), 1);
    later(1);
    assert_eq!(items(&world.rest().get(&log).await).len(), 0);
    let attempts = format!("{log}/{}/attempts", ping["id"]);
    let (status, _) = world.rest().call(Method::POST, &attempts, None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_receiver_that_is_too_slow_is_a_gateway_timeout() {
    let options =
        ForgeOptions { delivery_timeout: Duration::from_millis(200), ..ForgeOptions::default() };
    let world = World::start_with(options).await;
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    let hook = world.forge.create_hook(REPOSITORY, NewHook::new(url, "s")).await.unwrap();
    let log = format!("/repos/{REPOSITORY}/hooks/{}/deliveries", hook.id);
    let timed_out =
        eventually("an entry of the log", || async { items(&world.rest().get(&log).await).pop() })
            .await;
    assert_eq!(timed_out["status"], "timed out");
    assert_eq!(timed_out["status_code"], 504);
}
