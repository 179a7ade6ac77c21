//! The forge's answers against GitHub's published description of an Enterprise Server.

mod description;
mod hooks;

use pullwright_forge::NewHook;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{REPOSITORY, Receiver, Rest, World, secret};
use description::{check_answer, check_webhook};

const REPO: &str = "/repos/{owner}/{repo}";

/// Calls the forge and checks that the answer is as described for this status.
async fn call(
    rest: &Rest,
    method: Method,
    template: &str,
    path: &str,
    body: Option<Value>,
    status: u16,
) -> Value {
    let (got, answer) =
        rest.call(method.clone(), &format!("/repos/{REPOSITORY}{path}"), body).await;
    assert_eq!(got.as_u16(), status, "{answer}");
    check_answer(&format!("{REPO}{template}"), method.as_str(), status, &answer);
    answer
}

#[tokio::test]
async fn reading_answers_are_as_described() {
    let world = World::start().await;
    world.open("x").await;
    let rest = world.rest();
    call(&rest, Method::GET, "", "", None, 200).await;
    call(&rest, Method::GET, "/branches/{branch}", "/branches/x", None, 200).await;
    world.forge.protect_branch(REPOSITORY, "x", true).await.unwrap();
    call(&rest, Method::GET, "/branches/{branch}", "/branches/x", None, 200).await;
    call(&rest, Method::GET, "/branches/{branch}", "/branches/nothing", None, 404).await;
    call(&rest, Method::GET, "/git/ref/{ref}", "/git/ref/heads/x", None, 200).await;
    call(&rest, Method::GET, "/git/ref/{ref}", "/git/ref/heads/nothing", None, 404).await;
    call(&rest, Method::GET, "/git/matching-refs/{ref}", "/git/matching-refs/heads/", None, 200)
        .await;
    call(&rest, Method::GET, "/pulls", "/pulls", None, 200).await;
    call(&rest, Method::GET, "/pulls/{pull_number}", "/pulls/1", None, 200).await;
    call(&rest, Method::GET, "/pulls/{pull_number}", "/pulls/9", None, 404).await;
    call(&rest, Method::GET, "/pulls/{pull_number}/files", "/pulls/1/files", None, 200).await;
    let meta = rest.get("/meta").await;
    check_answer("/meta", "GET", 200, &meta);
}

#[tokio::test]
async fn changing_answers_are_as_described() {
    let world = World::start().await;
    let rest = world.rest();
    for branch in ["x", "y"] {
        world.change(branch, "2").await;
    }
    let body = |head: &str| Some(json!({ "title": "t", "head": head, "base": "main" }));
    call(&rest, Method::POST, "/pulls", "/pulls", body("x"), 201).await;
    call(&rest, Method::POST, "/pulls", "/pulls", body("x"), 422).await;
    call(&rest, Method::POST, "/pulls", "/pulls", body("y"), 201).await;
    let (one, merge) = ("/pulls/{pull_number}", "/pulls/{pull_number}/merge");
    call(&rest, Method::PATCH, one, "/pulls/1", Some(json!({ "title": "better" })), 200).await;
    call(&rest, Method::PATCH, one, "/pulls/1", Some(json!({ "state": "closed" })), 200).await;
    call(&rest, Method::PATCH, one, "/pulls/1", Some(json!({ "base": "y" })), 422).await;
    call(&rest, Method::PUT, merge, "/pulls/1/merge", None, 405).await;
    call(&rest, Method::PUT, merge, "/pulls/2/merge", Some(json!({ "sha": "0".repeat(40) })), 409)
        .await;
    call(&rest, Method::PUT, merge, "/pulls/2/merge", None, 200).await;
    call(&rest, Method::GET, one, "/pulls/2", None, 200).await;
    call(&rest, Method::GET, "/pulls", "/pulls?state=all", None, 200).await;
}

#[tokio::test]
async fn comments_are_as_described() {
    let world = World::start().await;
    world.open("x").await;
    let rest = world.rest();
    let (many, one) = ("/issues/{issue_number}/comments", "/issues/comments/{comment_id}");
    let text = |body: &str| Some(json!({ "body": body }));
    let comment = call(&rest, Method::POST, many, "/issues/1/comments", text("one"), 201).await;
    call(&rest, Method::POST, many, "/issues/1/comments", text(" "), 422).await;
    call(&rest, Method::GET, many, "/issues/1/comments", None, 200).await;
    let path = format!("/issues/comments/{}", comment["id"]);
    call(&rest, Method::PATCH, one, &path, text("two"), 200).await;
    call(&rest, Method::GET, one, &path, None, 200).await;
}

#[tokio::test]
async fn webhooks_are_as_described() {
    let world = World::start().await;
    let receiver = Receiver::start(StatusCode::OK).await;
    world.forge.create_hook(REPOSITORY, NewHook::new(receiver.url(), secret())).await.unwrap();
    world.open("x").await;
    world.change("x", "3").await;
    let edit = json!({ "title": "Better", "body": "Text" });
    world.rest().call(Method::PATCH, &format!("/repos/{REPOSITORY}/pulls/1"), Some(edit)).await;
    world.forge.close(REPOSITORY, 1).await.unwrap();
    world.forge.reopen(REPOSITORY, 1).await.unwrap();
    world.forge.merge(REPOSITORY, 1).await.unwrap();
    let received = receiver.wait_for(7).await;
    let names =
        ["ping", "opened", "synchronize", "edited", "closed", "reopened", "closed"].map(|name| {
            match name {
                "ping" => name.to_owned(),
                action => format!("pull-request-{action}"),
            }
        });
    for (delivery, name) in received.iter().zip(names) {
        check_webhook(&name, &delivery.body());
    }
}

#[test]
fn the_check_finds_what_is_missing() {
    let answer = json!({ "merged": true, "message": "no sha" });
    let checked = std::panic::catch_unwind(|| {
        check_answer("/repos/{owner}/{repo}/pulls/{pull_number}/merge", "PUT", 200, &answer);
    });
    assert!(checked.is_err());
}
