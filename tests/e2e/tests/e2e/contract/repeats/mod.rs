//! `Idempotency-Key`: a call that is repeated is answered as the first time, byte for byte, and done once.

mod calls;
mod held;

use pullwright_harness::{Rest, rest::Answer};
use pullwright_testkit::wait;
use serde_json::json;

use self::{
    calls::{Repeatable, all},
    held::Held,
};
use super::{
    ask::{Ask, Who},
    world::{World, fresh},
};
use crate::system::PATIENCE;

/// What the tests here show of a call.
pub(super) fn covers(method: &str, path: &str) -> Vec<(u16, String)> {
    if !all().iter().any(|call| (call.method, call.path) == (method, path)) {
        return Vec::new();
    }
    vec![(422, "IDEMPOTENCY_KEY_REUSED".to_owned()), (409, "IDEMPOTENCY_KEY_IN_USE".to_owned())]
}

/// What is the same in two answers of one call: all but the date and the request's id.
fn content(answer: &Answer) -> (u16, String, Option<String>) {
    let etag = answer.headers.get("etag").map(|etag| etag.to_str().unwrap().to_owned());
    (answer.status, answer.text.clone(), etag)
}

#[tokio::test]
async fn the_same_key_and_body_get_the_same_answer_and_another_body_is_refused() {
    let world = World::enter().await;
    for call in all() {
        let at = format!("{} {}", call.method, call.path);
        let key = fresh("key");
        let ask = (call.given)(&world).await.key(&key);
        let first = world.ask(call.method, call.path, &ask).await;
        assert!(first.status < 300, "{at}: {}", first.text);
        let again = world.ask(call.method, call.path, &ask).await;
        assert_eq!(content(&again), content(&first), "{at}");

        let other = (call.given)(&world).await.key(&key);
        let refused = world.ask(call.method, call.path, &other).await;
        let code = (refused.status, refused.error_code());
        assert_eq!(code, (422, "IDEMPOTENCY_KEY_REUSED"), "{at}: {}", refused.text);
        assert_eq!(refused.body["detail"]["retryable"], false, "{at}");
        assert!(refused.text.contains("Idempotency-Key"), "{at}: {}", refused.text);

        // Keys are the caller's own.
        if call.who == Who::Operator {
            let of_another = world.ask(call.method, call.path, &other.by(Who::Admin)).await;
            assert_eq!(of_another.status, first.status, "{at}: {}", of_another.text);
            assert_ne!(of_another.text, first.text, "{at}");
        }
        let still = world.ask(call.method, call.path, &ask).await;
        assert_eq!(content(&still), content(&first), "{at}");
    }
}

#[tokio::test]
async fn a_key_whose_first_call_is_under_way_may_be_asked_again() {
    let world = World::enter().await;
    for call in all() {
        in_flight(&world, &call).await;
    }
}

async fn in_flight(world: &World, call: &Repeatable) {
    let at = format!("{} {}", call.method, call.path);
    let key = fresh("key");
    let ask = (call.given)(world).await.key(&key);
    let held = Held::hold(world, call, &ask, &key).await;
    let first = Rest::answer(ask.request(world, call.method, call.path));
    let second = async {
        held.until_waited_for(&at).await;
        let refused = world.ask(call.method, call.path, &ask).await;
        let code = (refused.status, refused.error_code());
        assert_eq!(code, (409, "IDEMPOTENCY_KEY_IN_USE"), "{at}: {}", refused.text);
        assert_eq!(refused.body["detail"]["retryable"], true, "{at}");
        assert_eq!(refused.headers["retry-after"], "1", "{at}");
        assert!(refused.text.contains("Idempotency-Key"), "{at}: {}", refused.text);
        held.let_go().await;
    };
    let (first, ()) = tokio::join!(first, second);
    let first = first.unwrap();
    assert!(first.status < 300, "{at}: {}", first.text);
    let again = world.ask(call.method, call.path, &ask).await;
    assert_eq!(content(&again), content(&first), "{at}");
}

#[tokio::test]
async fn many_at_once_with_one_key_are_one() {
    let world = World::enter().await;
    let body = world.new_cluster(json!({}));
    let ask = Ask::json(&body).key(&fresh("key"));
    let one = || async {
        let settled = || async {
            let answer = world.ask("POST", "/api/v1/clusters", &ask).await;
            (answer.status != 409).then_some(answer)
        };
        wait::until("the first call is over", PATIENCE, settled).await.unwrap()
    };
    let answers = futures::future::join_all((0..8).map(|_| one())).await;
    for answer in &answers {
        assert_eq!(content(answer), content(&answers[0]));
    }
    let name = body["name"].as_str().unwrap();
    let page = world.get("GET", "/api/v1/clusters", &Ask::query(format!("name={name}")), 200).await;
    assert_eq!(page["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_refusal_keeps_no_key() {
    let world = World::enter().await;
    let taken = world.cluster(json!({})).await;
    let ask = Ask::json(&world.new_cluster(json!({"name": taken["name"]}))).key(&fresh("key"));
    let path = "/api/v1/clusters";
    for _ in 0..2 {
        let refused = world.ask("POST", path, &ask).await;
        assert_eq!(refused.error_code(), "CLUSTER_NAME_TAKEN");
    }
    let gone = Ask::of(taken["id"].as_str().unwrap());
    world.get("DELETE", "/api/v1/clusters/{id}", &gone, 204).await;
    assert_eq!(world.ask("POST", path, &ask).await.status, 201);
}

#[tokio::test]
async fn an_answer_stays_the_same_when_the_state_has_moved_on() {
    let world = World::enter().await;
    let system = world.system();
    let proposal = world.proposal().await;
    let path = "/api/v1/proposals/{id}/open_pr";
    let ask = Ask::of(&proposal).key(&fresh("key"));
    let first = world.ask("POST", path, &ask).await;
    system.until(&proposal, "pr_opened").await;
    let again = world.ask("POST", path, &ask).await;
    assert_eq!(content(&again), content(&first));
    let fresh = world.ask("POST", path, &Ask::of(&proposal)).await;
    assert_eq!(fresh.error_code(), "INVALID_STATE_TRANSITION");
    world.act("reject", &proposal).await;
}

#[tokio::test]
async fn calls_that_change_nothing_take_a_key_and_remember_nothing() {
    let world = World::enter().await;
    let key = fresh("key");
    for path in ["/api/v1/proposals/{id}/preview", "/api/v1/config-repos/{id}/check"] {
        for _ in 0..2 {
            let id = if path.contains("preview") {
                world.proposal().await
            } else {
                world.base.config_repo_id.clone()
            };
            let answer = world.ask("POST", path, &Ask::of(id).key(&key)).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        }
    }
}
