//! Repositories that are renamed, and things that are deleted.

use pullwright_forge::{ForgeError, NewHook, NewRepository};
use reqwest::{Method, StatusCode};

use crate::support::{REPOSITORY, Receiver, Rest, World, all_sent};

#[tokio::test]
async fn an_old_name_leads_to_the_number_and_the_number_to_the_new_name() {
    let world = World::start().await;
    world.open("x").await;
    let renamed = world.forge.rename_repository(REPOSITORY, "ranking").await.unwrap();
    assert_eq!(renamed.full_name, "acme/ranking");
    let old = format!("/repos/{REPOSITORY}/pulls/1?a=b");
    let (status, headers, body) = world.rest().send(Method::GET, &old, None).await.unwrap();
    assert_eq!(status, StatusCode::MOVED_PERMANENTLY);
    let api = world.forge.api_url();
    let location = headers["location"].to_str().unwrap();
    assert_eq!(location, format!("{api}/repositories/{}/pulls/1?a=b", renamed.id));
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!((&body["message"], &body["url"]), (&"Moved Permanently".into(), &location.into()));
    let pull = world.rest().get(location.strip_prefix(&api).unwrap()).await;
    assert_eq!(pull["base"]["repo"]["full_name"], "acme/ranking");
    assert_eq!(pull["html_url"], format!("{}/acme/ranking/pull/1", world.forge.url()));
    let whole = world.rest().get(&format!("/repositories/{}", renamed.id)).await;
    assert_eq!(whole["full_name"], "acme/ranking");
    assert_eq!(world.rest().get("/repos/acme/ranking/pulls/1").await, pull);
    let (status, _) = world.rest().call(Method::GET, "/repositories/1", None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let names = world.forge.counters().await;
    assert_eq!(names["pulls.get"], 3);
}

#[tokio::test]
async fn a_change_under_an_old_name_is_sent_on_with_its_method() {
    let world = World::start().await;
    world.open("x").await;
    world.forge.rename_repository(REPOSITORY, "ranking").await.unwrap();
    let path = format!("/repos/{REPOSITORY}/pulls/1");
    let (status, _) = world.rest().call(Method::PATCH, &path, None).await;
    assert_eq!(status, StatusCode::TEMPORARY_REDIRECT);
}

#[tokio::test]
async fn who_may_not_see_a_repository_is_not_led_to_it() {
    let world = World::start().await;
    world.forge.rename_repository(REPOSITORY, "ranking").await.unwrap();
    let nobody = Rest::new(world.forge.api_url(), "");
    let (status, _) = nobody.call(Method::GET, &format!("/repos/{REPOSITORY}"), None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_new_repository_takes_a_name_that_was_left() {
    let world = World::start().await;
    world.forge.rename_repository(REPOSITORY, "other/ranking").await.unwrap();
    let again = NewRepository::new("acme", "search-config").file("a", "b").public();
    let again = world.forge.create_repository(again).await.unwrap();
    assert_eq!(world.rest().get(&format!("/repos/{REPOSITORY}")).await["id"], again.id);
    let taken = world.forge.rename_repository("other/ranking", REPOSITORY).await;
    assert!(matches!(taken, Err(ForgeError::AlreadyExists { .. })));
}

#[tokio::test]
async fn git_is_led_to_the_new_name() {
    let world = World::start().await;
    let old = world.clone_url();
    world.forge.rename_repository(REPOSITORY, "ranking").await.unwrap();
    let git = world.git();
    git.run("", &format!("clone -q {old} moved")).await;
    git.run("", &format!("clone -q {}/acme/ranking.git direct", world.forge.url())).await;
    let stubborn = git.fail("", &format!("-c http.followRedirects=false clone -q {old} c")).await;
    assert!(stubborn.contains("301"), "{stubborn}");
}

#[tokio::test]
async fn hooks_are_told_of_a_new_name() {
    let world = World::start().await;
    let receiver = Receiver::start(StatusCode::OK).await;
    let hook = NewHook::new(receiver.url(), "s").events(["repository"]);
    world.forge.create_hook(REPOSITORY, hook).await.unwrap();
    world.forge.rename_repository(REPOSITORY, "ranking").await.unwrap();
    let told = receiver.wait_for(2).await.remove(1);
    assert_eq!(told.header("x-github-event"), "repository");
    let body = told.body();
    assert_eq!(body["action"], "renamed");
    assert_eq!(body["changes"]["repository"]["name"]["from"], "search-config");
    assert_eq!(body["repository"]["full_name"], "acme/ranking");
}

#[tokio::test]
async fn what_is_deleted_is_not_found() {
    let world = World::start().await;
    world.open("x").await;
    world.open("y").await;
    world.forge.delete_pull(REPOSITORY, 1).await.unwrap();
    let rest = world.rest();
    let (status, _) = rest.call(Method::GET, &format!("/repos/{REPOSITORY}/pulls/1"), None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(rest.get(&format!("/repos/{REPOSITORY}/pulls/2")).await["number"], 2);
    world.forge.delete_repository(REPOSITORY).await.unwrap();
    let (status, _) = rest.call(Method::GET, &format!("/repos/{REPOSITORY}"), None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    world.git().fail("", &format!("clone -q {} gone", world.clone_url())).await;
    all_sent(&world.forge).await;
}
