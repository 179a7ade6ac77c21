//! Who may speak for which repository: its own hook, through renames, and an App's.

use pullwright_proto::{
    delivery::{self as v1, DeliveryOutcome as Outcome},
    registry,
};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::{
    github::{REPOSITORY, SECRET, answer_with, delivery, ended, merged, recorded},
    harness::{Ingress, send},
};

const OF_APP: &str = "the secret of the App";
const APP: &str = "01890a5d-ac96-774b-bcce-b302099a8002";
const GITHUB_ID: i64 = 42;

/// What the registry knows: one repository by its name and its id, and an App on its host.
async fn ingress() -> Ingress {
    let ingress = Ingress::start().await;
    ingress.registry.fake.on(|asked: &registry::GetWebhookSecretsRequest| {
        let is_it =
            asked.full_name == "acme/search-config" || asked.repository_github_id == GITHUB_ID;
        let known = registry::WebhookSecrets {
            repository_id: REPOSITORY.into(),
            host: "https://github.com".into(),
            full_name: "acme/search-config".into(),
            repository_github_id: GITHUB_ID,
            ..registry::WebhookSecrets::default()
        };
        let repository = is_it.then(|| known.clone());
        let own = repository
            .clone()
            .map(|own| registry::WebhookSecrets { current: SECRET.into(), ..own });
        let of_app = asked.from_app.then(|| registry::WebhookSecrets {
            app_id: APP.into(),
            host: "https://github.com".into(),
            current: OF_APP.into(),
            ..repository.unwrap_or_default()
        });
        Ok(registry::GetWebhookSecretsResponse { secrets: own.into_iter().chain(of_app).collect() })
    });
    answer_with(&ingress, |_| Ok(ended(Outcome::Noop)));
    ingress
}

fn of_repository(request: RequestBuilder, github_id: i64) -> RequestBuilder {
    request
        .header("x-github-hook-installation-target-type", "repository")
        .header("x-github-hook-installation-target-id", github_id.to_string())
}

fn from_app(request: RequestBuilder) -> RequestBuilder {
    request
        .header("x-github-hook-installation-target-type", "integration")
        .header("x-github-hook-installation-target-id", "7")
}

fn about(full_name: &str, github_id: i64) -> Value {
    let mut body = merged(full_name);
    body["repository"]["id"] = json!(github_id);
    body
}

/// Whose it was, and which repository it said: owner, App, name, id.
fn told(ingress: &Ingress) -> (String, String, String, i64) {
    let one: v1::RecordDeliveryRequest = recorded(ingress).pop().expect("one is recorded");
    (one.repository_id, one.app_id, one.repository_full_name, one.repository_github_id)
}

/// Security D7 and RelyLoop §22.4: a rename loses nothing.
#[tokio::test]
async fn a_renamed_repository_is_believed_by_its_id() {
    let ingress = ingress().await;
    let body = about("acme/renamed", GITHUB_ID).to_string();
    let answer =
        send(of_repository(delivery(&ingress, "pull_request", body, SECRET), GITHUB_ID)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(
        told(&ingress),
        (REPOSITORY.into(), String::new(), "acme/renamed".into(), GITHUB_ID)
    );
}

/// RelyLoop §22.4: the secret of one repository said what happened in another.
#[tokio::test]
async fn a_repositorys_secret_says_nothing_of_another_whatever_the_headers_say() {
    let ingress = ingress().await;
    for (full_name, id, header) in [
        ("acme/other", 43, GITHUB_ID),
        ("acme/other", 0, GITHUB_ID),
        ("acme/search-config", 43, GITHUB_ID),
        ("acme/search-config", 43, 43),
    ] {
        let mut body = about(full_name, id);
        body["pull_request"]["base"]["repo"]["full_name"] = json!("acme/search-config");
        let request = delivery(&ingress, "pull_request", body.to_string(), SECRET);
        let answer = send(of_repository(request, header)).await;
        assert_eq!(answer.code(), (403, "INVALID_SIGNATURE"), "{full_name} {id}");
    }
    assert!(recorded(&ingress).is_empty());
}

#[tokio::test]
async fn an_app_speaks_for_a_registered_repository_and_for_one_that_nobody_registered() {
    let ingress = ingress().await;
    for (full_name, id, owner) in [
        ("Acme/Search-Config", GITHUB_ID, REPOSITORY),
        ("acme/renamed", GITHUB_ID, REPOSITORY),
        ("acme/unregistered", 43, ""),
    ] {
        let body = about(full_name, id).to_string();
        let answer = send(from_app(delivery(&ingress, "pull_request", body, OF_APP))).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(told(&ingress), (owner.into(), APP.into(), full_name.into(), id));
        assert!(recorded(&ingress).pop().unwrap().pull_request.is_some(), "{full_name}");
    }
}

#[tokio::test]
async fn an_app_tells_of_what_is_no_repository() {
    let ingress = ingress().await;
    let installed = json!({"action": "created", "installation": {"id": 1},
        "repositories": [{"id": GITHUB_ID, "full_name": "acme/search-config"}, {"id": 43, "full_name": "acme/x"}]});
    for (event, body, action) in [
        ("installation", installed, "created"),
        ("ping", json!({"zen": "x", "hook_id": 1, "hook": {"type": "App"}}), ""),
    ] {
        let answer = send(from_app(delivery(&ingress, event, body.to_string(), OF_APP))).await;
        assert_eq!(answer.status, 200, "{event}: {}", answer.text);
        assert_eq!(told(&ingress), (String::new(), APP.into(), String::new(), 0));
        assert_eq!(recorded(&ingress).pop().unwrap().action, action);
    }
}

#[tokio::test]
async fn a_repositorys_hook_is_never_held_against_an_apps_secret() {
    let ingress = ingress().await;
    let body = about("acme/search-config", GITHUB_ID).to_string();
    let request = delivery(&ingress, "pull_request", body, OF_APP);
    let answer = send(of_repository(request, GITHUB_ID)).await;
    assert_eq!(answer.code(), (403, "INVALID_SIGNATURE"));
    let asked = ingress.registry.fake.seen::<registry::GetWebhookSecretsRequest>();
    assert!(asked.iter().all(|one| !one.from_app), "{asked:?}");
    assert!(asked.iter().any(|one| one.repository_github_id == GITHUB_ID), "{asked:?}");
}
