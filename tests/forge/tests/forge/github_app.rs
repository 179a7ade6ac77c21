//! A GitHub App: its events, its own log and the web tokens that open it.

use pullwright_forge::{NewApp, NewHook, NewInstallation, NewRepository};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{AppKey, REPOSITORY, Receiver, Rest, World, all_sent, secret};

const APP: u64 = 4711;

struct Installed {
    world: World,
    key: AppKey,
    receiver: Receiver,
    secret: String,
    installation: u64,
}

async fn installed() -> Installed {
    let (world, key) = (World::start().await, AppKey::generate().await);
    let (receiver, secret) = (Receiver::start(StatusCode::OK).await, secret());
    let new = NewApp {
        id: APP,
        slug: "pullwright".to_owned(),
        owner: "acme".to_owned(),
        key: key.private_pem.clone(),
        hook: Some(NewHook::new(receiver.url(), &secret)),
    };
    world.forge.create_app(new).await.unwrap();
    let installation = world.forge.install_app(APP, NewInstallation::on("acme")).await.unwrap().id;
    all_sent(&world.forge).await;
    Installed { world, key, receiver, secret, installation }
}

impl Installed {
    fn rest(&self) -> Rest {
        Rest::new(self.world.forge.api_url(), &self.key.token(APP, 540))
    }
}

#[tokio::test]
async fn an_app_hears_of_what_happens_where_it_is_installed() {
    let app = installed().await;
    let other = NewRepository::new("other", "place").file("a", "b");
    app.world.forge.create_repository(other).await.unwrap();
    app.world.open("x").await;
    let received = app.receiver.wait_for(3).await;
    let events: Vec<&str> = received.iter().map(|one| one.header("x-github-event")).collect();
    assert_eq!(events, ["ping", "installation", "pull_request"]);
    for one in &received {
        assert!(one.is_signed_with(&app.secret));
        assert_eq!(one.header("x-github-hook-installation-target-type"), "integration");
        assert_eq!(one.header("x-github-hook-installation-target-id"), APP.to_string());
    }
    assert_eq!(received[1].body()["action"], "created");
    assert!(received[1].body().get("repository").is_none());
    let opened = received[2].body();
    assert_eq!(opened["installation"]["id"], app.installation);
    assert_eq!(opened["repository"]["full_name"], REPOSITORY);
}

#[tokio::test]
async fn an_app_lists_and_repeats_its_deliveries_with_a_web_token() {
    let app = installed().await;
    let rest = app.rest();
    let log = rest.get("/app/hook/deliveries?per_page=1").await;
    let newest = &log[0];
    assert_eq!(
        (&newest["event"], &newest["repository_id"]),
        (&json!("installation"), &Value::Null)
    );
    assert_eq!(newest["installation_id"], app.installation);
    let one = format!("/app/hook/deliveries/{}", newest["id"]);
    assert_eq!(rest.get(&one).await["request"]["payload"]["action"], "created");
    let (status, _) = rest.call(Method::POST, &format!("{one}/attempts"), None).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    let received = app.receiver.wait_for(3).await;
    assert_eq!(received[2].header("x-github-delivery"), newest["guid"]);
    assert_eq!(rest.get("/app").await["slug"], "pullwright");
}

#[tokio::test]
async fn the_hook_of_an_app_can_be_moved() {
    let app = installed().await;
    let (rest, other) = (app.rest(), Receiver::start(StatusCode::OK).await);
    assert_eq!(rest.get("/app/hook/config").await["secret"], "********");
    let new = secret();
    let config = json!({ "url": other.url(), "secret": new });
    let (status, shown) = rest.call(Method::PATCH, "/app/hook/config", Some(config)).await;
    assert_eq!((status, &shown["url"]), (StatusCode::OK, &json!(other.url())));
    app.world.open("x").await;
    assert!(other.wait_for(1).await[0].is_signed_with(&new));
}

#[tokio::test]
async fn web_tokens_that_github_would_refuse_are_refused() {
    let app = installed().await;
    let stranger = AppKey::generate().await;
    let long = app.key.token(APP, 700);
    let ended = app.key.token(APP, -1);
    let forged = stranger.token(APP, 540);
    let nobody = app.key.token(99, 540);
    let endless = app.key.sign(&json!({ "iss": APP, "iat": 0 }));
    let unsigned = format!("{}.", app.key.token(APP, 540).rsplit_once('.').unwrap().0);
    for (token, status, words) in [
        (&long, 401, "too far in the future"),
        (&ended, 401, "must be a numeric value representing the future time"),
        (&endless, 401, "must be a numeric value representing the future time"),
        (&forged, 401, "could not be decoded"),
        (&unsigned, 401, "could not be decoded"),
        (&app.world.writer, 401, "could not be decoded"),
        (&nobody, 404, "Integration not found"),
    ] {
        let rest = Rest::new(app.world.forge.api_url(), token);
        let (got, body) = rest.call(Method::GET, "/app/hook/deliveries", None).await;
        assert_eq!(got.as_u16(), status, "{body}");
        assert!(body["message"].as_str().unwrap().contains(words), "{body}");
    }
    let path = format!("/repos/{REPOSITORY}");
    let (status, _) = app.rest().call(Method::GET, &path, None).await;
    assert_eq!(
        status,
        StatusCode::NOT_FOUND,
        "an App acts in repositories through a token of theirs"
    );
}

#[tokio::test]
async fn a_public_key_is_enough() {
    let (world, key) = (World::start().await, AppKey::generate().await);
    let new = NewApp {
        id: APP,
        slug: "pullwright".to_owned(),
        owner: "acme".to_owned(),
        key: key.public_pem().await,
        hook: None,
    };
    world.forge.create_app(new).await.unwrap();
    let rest = Rest::new(world.forge.api_url(), &key.token(APP, 540));
    assert_eq!(rest.get("/app").await["id"], APP);
    let (status, _) = rest.call(Method::GET, "/app/hook/config", None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_installation_token_works_like_any_other_for_an_hour() {
    let app = installed().await;
    let list = app.rest().get("/app/installations").await;
    assert_eq!(list[0]["id"], app.installation);
    let path = format!("/app/installations/{}/access_tokens", app.installation);
    let (status, made) = app.rest().call(Method::POST, &path, None).await;
    assert_eq!(status, StatusCode::CREATED);
    let rest = Rest::new(app.world.forge.api_url(), made["token"].as_str().unwrap());
    assert_eq!(rest.get(&format!("/repos/{REPOSITORY}")).await["full_name"], REPOSITORY);
    let (_, headers, _) =
        rest.send(Method::GET, &format!("/repos/{REPOSITORY}"), None).await.unwrap();
    assert!(headers.contains_key("github-authentication-token-expiration"));
}
