//! Hooks, delivery logs and Apps against GitHub's published description.

use pullwright_forge::{NewApp, NewHook, NewInstallation};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::call;
use super::description::{check_answer, check_webhook};
use crate::support::{AppKey, REPOSITORY, Receiver, Rest, World, all_sent, secret};

const ONE: &str = "/hooks/{hook_id}";

#[tokio::test]
async fn hooks_and_their_log_are_as_described() {
    let world = World::start().await;
    let receiver = Receiver::start(StatusCode::OK).await;
    let rest = world.rest();
    let config = json!({ "url": receiver.url(), "secret": secret(), "content_type": "json" });
    let body = Some(json!({ "config": config, "events": ["pull_request"] }));
    let hook = call(&rest, Method::POST, "/hooks", "/hooks", body.clone(), 201).await;
    call(&rest, Method::POST, "/hooks", "/hooks", body, 422).await;
    all_sent(&world.forge).await;
    let one = format!("/hooks/{}", hook["id"]);
    call(&rest, Method::GET, "/hooks", "/hooks", None, 200).await;
    call(&rest, Method::GET, ONE, &one, None, 200).await;
    call(&rest, Method::GET, ONE, "/hooks/1", None, 404).await;
    call(&rest, Method::PATCH, ONE, &one, Some(json!({ "active": true })), 200).await;
    let (template, path) = (format!("{ONE}/config"), format!("{one}/config"));
    call(&rest, Method::GET, &template, &path, None, 200).await;
    call(&rest, Method::PATCH, &template, &path, Some(json!({ "insecure_ssl": "1" })), 200).await;
    let (template, path) = (format!("{ONE}/deliveries"), format!("{one}/deliveries"));
    let log = call(&rest, Method::GET, &template, &path, None, 200).await;
    let (template, path) =
        (format!("{template}/{{delivery_id}}"), format!("{path}/{}", log[0]["id"]));
    call(&rest, Method::GET, &template, &path, None, 200).await;
    let (template, path) = (format!("{template}/attempts"), format!("{path}/attempts"));
    call(&rest, Method::POST, &template, &path, None, 202).await;
    let rate = rest.get("/rate_limit").await;
    check_answer("/rate_limit", "GET", 200, &rate);
}

async fn app_call(rest: &Rest, method: Method, template: &str, path: &str, status: u16) -> Value {
    let (got, answer) = rest.call(method.clone(), path, None).await;
    assert_eq!(got.as_u16(), status, "{answer}");
    check_answer(template, method.as_str(), status, &answer);
    answer
}

#[tokio::test]
async fn an_app_and_its_log_are_as_described() {
    let world = World::start().await;
    let (receiver, key) = (Receiver::start(StatusCode::OK).await, AppKey::generate().await);
    let hook = NewHook::new(receiver.url(), secret()).events(["pull_request", "repository"]);
    let new = NewApp {
        id: 77,
        slug: "pullwright".to_owned(),
        owner: "acme".to_owned(),
        key: key.private_pem.clone(),
        hook: Some(hook),
    };
    world.forge.create_app(new).await.unwrap();
    world.forge.install_app(77, NewInstallation::on("acme")).await.unwrap();
    world.open("x").await;
    world.forge.rename_repository(REPOSITORY, "ranking").await.unwrap();
    world.forge.delete_repository("acme/ranking").await.unwrap();
    all_sent(&world.forge).await;
    let names = [
        "ping",
        "installation-created",
        "pull-request-opened",
        "repository-renamed",
        "repository-deleted",
    ];
    for (delivery, name) in receiver.wait_for(5).await.iter().zip(names) {
        check_webhook(name, &delivery.body());
    }
    let rest = Rest::new(world.forge.api_url(), &key.token(77, 540));
    app_call(&rest, Method::GET, "/app", "/app", 200).await;
    app_call(&rest, Method::GET, "/app/hook/config", "/app/hook/config", 200).await;
    let log = "/app/hook/deliveries";
    let shown = app_call(&rest, Method::GET, log, log, 200).await;
    assert_eq!(shown.as_array().unwrap().len(), 5);
    let (template, path) = (format!("{log}/{{delivery_id}}"), format!("{log}/{}", shown[0]["id"]));
    app_call(&rest, Method::GET, &template, &path, 200).await;
    let (template, path) = (format!("{template}/attempts"), format!("{path}/attempts"));
    app_call(&rest, Method::POST, &template, &path, 202).await;
    let list = "/app/installations";
    // The description of the list asks for accounts that are users and enterprises at once; its items are checked below.
    let installations = rest.get(list).await;
    let (template, path) =
        (format!("{list}/{{installation_id}}"), format!("{list}/{}", installations[0]["id"]));
    app_call(&rest, Method::GET, &template, &path, 200).await;
    let (template, path) = (format!("{template}/access_tokens"), format!("{path}/access_tokens"));
    app_call(&rest, Method::POST, &template, &path, 201).await;
}

#[tokio::test]
async fn a_new_owner_is_told_of_as_described() {
    let world = World::start().await;
    let receiver = Receiver::start(StatusCode::OK).await;
    let hook = NewHook::new(receiver.url(), "s").events(["repository"]);
    world.forge.create_hook(REPOSITORY, hook).await.unwrap();
    world.forge.rename_repository(REPOSITORY, "bot/ranking").await.unwrap();
    check_webhook("repository-transferred", &receiver.wait_for(2).await[1].body());
}
