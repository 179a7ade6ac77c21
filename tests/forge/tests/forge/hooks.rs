//! Hooks over REST: who may see and change them, what is refused, what a change does.

use pullwright_forge::{HookEdit, NewHook, NewToken, Permission, TokenKind};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{REPOSITORY, Receiver, Rest, World, eventually, secret};

const HOOKS: &str = "/repos/acme/search-config/hooks";

fn wanted(url: &str, secret: &str) -> Value {
    json!({
        "name": "web",
        "active": true,
        "events": ["pull_request", "repository"],
        "config": { "url": url, "content_type": "json", "insecure_ssl": "0", "secret": secret },
    })
}

async fn create(rest: &Rest, body: Value) -> (StatusCode, Value) {
    rest.call(Method::POST, HOOKS, Some(body)).await
}

async fn with_kind(world: &World, kind: TokenKind) -> Rest {
    let token = secret();
    let new = NewToken::new("someone", &token, "acme/*", Permission::Write).of_kind(kind);
    world.forge.add_token(new).await;
    Rest::new(world.forge.api_url(), &token)
}

#[tokio::test]
async fn a_hook_made_over_rest_is_pinged_and_hides_its_secret() {
    let world = World::start().await;
    let (receiver, secret) = (Receiver::start(StatusCode::OK).await, secret());
    let (status, hook) = create(&world.rest(), wanted(receiver.url(), &secret)).await;
    assert_eq!(status, StatusCode::CREATED, "{hook}");
    assert_eq!(hook["config"]["secret"], "********");
    assert_eq!(hook["last_response"]["status"], "unused");
    let ping = &receiver.wait_for(1).await[0];
    assert!(ping.is_signed_with(&secret));
    assert_eq!(ping.header("x-github-hook-id"), hook["id"].to_string());
    let path = format!("{HOOKS}/{}", hook["id"]);
    eventually("the end of the ping", || async {
        (world.rest().get(&path).await["last_response"]["code"] == 200).then_some(())
    })
    .await;
    let (status, _) = world.rest().call(Method::POST, &format!("{path}/pings"), None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    receiver.wait_for(2).await;
    let (status, _) = world.rest().call(Method::DELETE, &path, None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(world.rest().call(Method::GET, &path, None).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_same_hook_is_refused_unless_it_wants_other_events() {
    let world = World::start().await;
    let receiver = Receiver::start(StatusCode::OK).await;
    let rest = world.rest();
    assert_eq!(create(&rest, wanted(receiver.url(), "a")).await.0, StatusCode::CREATED);
    let (status, refused) = create(&rest, wanted(receiver.url(), "b")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused["errors"][0]["message"], "Hook already exists on this repository");
    let mut other = wanted(receiver.url(), "a");
    other["events"] = json!(["push"]);
    let (status, pushes) = create(&rest, other).await;
    assert_eq!(status, StatusCode::CREATED);
    let path = format!("{HOOKS}/{}", pushes["id"]);
    let overlap = json!({ "add_events": ["pull_request"] });
    let (status, _) = rest.call(Method::PATCH, &path, Some(overlap)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn an_event_has_twenty_hooks_at_most() {
    let world = World::start().await;
    for number in 0..20 {
        let hook = NewHook::new(format!("http://127.0.0.1:9/{number}"), "s");
        world.forge.create_hook(REPOSITORY, hook).await.unwrap();
    }
    let (status, refused) = create(&world.rest(), wanted("http://127.0.0.1:9/x", "s")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let message = refused["errors"][0]["message"].as_str().unwrap();
    assert_eq!(message, "The \"pull_request\" event cannot have more than 20 hooks");
}

#[tokio::test]
async fn what_is_no_hook_is_refused() {
    let world = World::start().await;
    let rest = world.rest();
    let mut named = wanted("http://127.0.0.1:9/", "s");
    named["name"] = json!("email");
    let mut unknown = wanted("http://127.0.0.1:9/", "s");
    unknown["events"] = json!(["pull_requests"]);
    let cases =
        [json!({}), json!({ "config": {} }), wanted("ftp://127.0.0.1/", "s"), named, unknown];
    for body in cases {
        let (status, answer) = create(&rest, body.clone()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}: {answer}");
    }
    assert_eq!(rest.get(HOOKS).await, json!([]));
}

#[tokio::test]
async fn a_new_config_replaces_the_whole_and_a_config_patch_does_not() {
    let world = World::start().await;
    let receiver = Receiver::start(StatusCode::OK).await;
    let rest = world.rest();
    let (_, hook) = create(&rest, wanted(receiver.url(), "s")).await;
    let path = format!("{HOOKS}/{}", hook["id"]);
    let config = format!("{path}/config");
    let url = format!("{}/other", receiver.url());
    let (status, changed) = rest.call(Method::PATCH, &config, Some(json!({ "url": url }))).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!((&changed["url"], &changed["content_type"]), (&json!(url), &json!("json")));
    assert_eq!(changed["secret"], "********");
    let body = json!({ "config": { "url": receiver.url() }, "active": false });
    let (_, changed) = rest.call(Method::PATCH, &path, Some(body)).await;
    assert_eq!(changed["config"]["content_type"], "form");
    assert!(changed["config"].get("secret").is_none());
    assert_eq!(changed["active"], false);
    assert_eq!(changed["events"], hook["events"]);
    assert_eq!(rest.get(&config).await, changed["config"]);
}

#[tokio::test]
async fn a_form_hook_gets_its_payload_in_a_field() {
    let world = World::start().await;
    let (receiver, secret) = (Receiver::start(StatusCode::OK).await, secret());
    let config = json!({ "url": receiver.url(), "secret": secret });
    create(&world.rest(), json!({ "config": config, "events": ["pull_request"] })).await;
    let ping = &receiver.wait_for(1).await[0];
    assert_eq!(ping.header("content-type"), "application/x-www-form-urlencoded");
    assert!(ping.is_signed_with(&secret));
    let body = std::str::from_utf8(&ping.raw).unwrap().strip_prefix("payload=").unwrap();
    let text = percent_encoding::percent_decode_str(body).decode_utf8().unwrap();
    let payload: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(payload["hook"]["config"]["content_type"], "form");
}

#[tokio::test]
async fn a_fine_grained_token_needs_the_permission_for_webhooks() {
    let world = World::start().await;
    let hook = world.forge.create_hook(REPOSITORY, NewHook::new("http://127.0.0.1:9/", "s")).await;
    let one = format!("{HOOKS}/{}", hook.unwrap().id);
    let without = with_kind(&world, TokenKind::WithoutWebhooks).await;
    let reads = with_kind(&world, TokenKind::ReadsWebhooks).await;
    assert_eq!(reads.call(Method::GET, HOOKS, None).await.0, StatusCode::OK);
    for (rest, method, needs) in [
        (&without, Method::GET, "repository_hooks=read"),
        (&without, Method::DELETE, "repository_hooks=write"),
        (&reads, Method::DELETE, "repository_hooks=write"),
    ] {
        let path = if method == Method::GET { HOOKS } else { &one };
        let (status, headers, _) = rest.send(method, path, None).await.unwrap();
        assert_eq!(status, StatusCode::FORBIDDEN);
        assert_eq!(headers["x-accepted-github-permissions"], needs);
    }
    // The rest of the repository is open to it.
    assert_eq!(without.call(Method::GET, "/repos/acme/search-config/pulls", None).await.0, 200);
}

#[tokio::test]
async fn a_classic_token_without_a_scope_for_hooks_finds_nothing() {
    let world = World::start().await;
    let classic = async |scopes: &[&str]| {
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        with_kind(&world, TokenKind::Classic { scopes }).await
    };
    let (read, write) = (Method::GET, Method::POST);
    for (scopes, method, expected) in [
        (&["public_repo"][..], &read, StatusCode::NOT_FOUND),
        (&["read:repo_hook"], &read, StatusCode::OK),
        (&["read:repo_hook"], &write, StatusCode::NOT_FOUND),
        (&["admin:repo_hook"], &write, StatusCode::UNPROCESSABLE_ENTITY),
        (&["repo"], &write, StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let (status, headers, _) =
            classic(scopes).await.send(method.clone(), HOOKS, None).await.unwrap();
        assert_eq!(status, expected, "{scopes:?} {method}");
        assert!(headers["x-accepted-oauth-scopes"].to_str().unwrap().contains("admin:repo_hook"));
    }
}

#[tokio::test]
async fn nobody_and_readers_change_no_hook() {
    let world = World::start().await;
    let nobody = Rest::new(world.forge.api_url(), "");
    assert_eq!(nobody.call(Method::GET, HOOKS, None).await.0, StatusCode::NOT_FOUND);
    let reader = Rest::new(world.forge.api_url(), &world.reader);
    let (status, _) = create(&reader, wanted("http://127.0.0.1:9/", "s")).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn hooks_come_in_pages() {
    let world = World::start().await;
    for number in 0..3 {
        let hook = NewHook::new(format!("http://127.0.0.1:9/{number}"), "s");
        world.forge.create_hook(REPOSITORY, hook).await.unwrap();
    }
    let (_, headers, body) =
        world.rest().send(Method::GET, &format!("{HOOKS}?per_page=2"), None).await.unwrap();
    assert!(headers["link"].to_str().unwrap().contains("rel=\"next\""));
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap().as_array().unwrap().len(), 2);
    let last = world.rest().get(&format!("{HOOKS}?per_page=2&page=2")).await;
    assert_eq!(last.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn somebody_can_spoil_a_hook_in_the_settings() {
    let world = World::start().await;
    let hook = world.forge.create_hook(REPOSITORY, NewHook::new("http://127.0.0.1:9/", "s")).await;
    let id = hook.unwrap().id;
    let edit = HookEdit { events: Some(vec!["push".to_owned()]), ..HookEdit::default() };
    world.forge.edit_hook(REPOSITORY, id, edit).await.unwrap();
    let shown = world.rest().get(&format!("{HOOKS}/{id}")).await;
    assert_eq!(shown["events"], json!(["push"]));
}
