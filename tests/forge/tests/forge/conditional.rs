//! Conditional requests and what they cost.

use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::support::{REPOSITORY, World};

async fn ask(world: &World, path: &str, known: Option<&str>) -> (StatusCode, String, u32, String) {
    let mut request = world.rest().request(Method::GET, path);
    if let Some(known) = known {
        request = request.header("if-none-match", known);
    }
    let response = request.send().await.unwrap();
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    let (etag, used) = (header("etag"), header("x-ratelimit-used").parse().unwrap());
    (response.status(), etag, used, response.text().await.unwrap())
}

#[tokio::test]
async fn what_did_not_change_is_answered_304_and_costs_nothing() {
    let world = World::start().await;
    world.open("x").await;
    for path in ["", "/pulls", "/pulls/1", "/hooks", "/branches/x"] {
        let path = format!("/repos/{REPOSITORY}{path}");
        let (status, etag, used, _) = ask(&world, &path, None).await;
        assert_eq!(status, StatusCode::OK);
        assert!(etag.starts_with("W/\""), "{etag}");
        let (status, same, still, body) = ask(&world, &path, Some(&etag)).await;
        assert_eq!((status, same, still), (StatusCode::NOT_MODIFIED, etag, used), "{path}");
        assert_eq!(body, "");
    }
    let counters = world.forge.status_counters().await;
    assert_eq!(counters["pulls.get"][&304], 1);
    assert_eq!(counters["pulls.get"][&200], 1);
}

#[tokio::test]
async fn what_changed_is_answered_anew() {
    let world = World::start().await;
    world.open("x").await;
    let path = format!("/repos/{REPOSITORY}/pulls/1");
    let (_, etag, _, _) = ask(&world, &path, None).await;
    world.forge.close(REPOSITORY, 1).await.unwrap();
    let (status, other, _, body) = ask(&world, &path, Some(&etag)).await;
    assert_eq!(status, StatusCode::OK);
    assert_ne!(other, etag);
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["state"], "closed");
}

#[tokio::test]
async fn the_rate_limit_is_told_for_nothing() {
    let world = World::start().await;
    let path = format!("/repos/{REPOSITORY}");
    world.rest().get(&path).await;
    for _ in 0..3 {
        let told = world.rest().get("/rate_limit").await;
        assert_eq!(told["resources"]["core"]["used"], 1);
        assert_eq!(told["resources"]["graphql"]["used"], 0);
    }
}
