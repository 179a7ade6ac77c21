//! GitHub's published examples, each sent as a repository's hook and as an App's would send it.

use std::path::PathBuf;

use pullwright_proto::{
    delivery::{self as v1, DeliveryOutcome as Outcome},
    registry,
};
use reqwest::RequestBuilder;
use serde_json::Value;

use crate::{
    github::{answer_with, delivery, ended, recorded},
    harness::{Answer, Ingress, send},
};

/// Where `deploy/local/webhooks-examples.sh` puts them; the version is the script's.
const FOLDER: &str =
    "../../target/tools/webhooks-examples-7.6.1/node_modules/@octokit/webhooks-examples";
const OF_REPOSITORY: &str = "the secret of the repository";
const OF_APP: &str = "the secret of the App";

/// One published payload.
struct Example {
    event: String,
    body: Value,
}

/// The examples of github.com and of all published versions of Enterprise Server.
fn examples() -> Vec<Example> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(FOLDER);
    let of = |host: &str| {
        let file = folder.join(host).join("index.json");
        let text = std::fs::read(&file).unwrap_or_else(|error| {
            panic!("{} ({error}): run deploy/local/webhooks-examples.sh first", file.display())
        });
        let events: Vec<Value> = serde_json::from_slice(&text).unwrap();
        let of_event = |event: Value| {
            let bodies = event["examples"].as_array().unwrap().clone();
            let name = event["name"].as_str().unwrap().to_owned();
            bodies.into_iter().map(move |body| Example { event: name.clone(), body })
        };
        events.into_iter().flat_map(of_event).collect::<Vec<_>>()
    };
    let hosts = ["api.github.com", "ghes-31", "ghes-32", "ghes-33", "ghes-34", "ghes-35"];
    hosts.into_iter().flat_map(of).collect()
}

/// Every repository is registered under its name, and there is an App; the ledger says what it would say of a repository without any
/// pull request of ours.
async fn ingress() -> Ingress {
    let ingress = Ingress::start().await;
    ingress.registry.fake.on(|asked: &registry::GetWebhookSecretsRequest| {
        let known = registry::WebhookSecrets {
            repository_id: asked.full_name.clone(),
            full_name: asked.full_name.clone(),
            host: "https://github.com".into(),
            current: OF_REPOSITORY.into(),
            ..registry::WebhookSecrets::default()
        };
        let of_app = registry::WebhookSecrets {
            app_id: "the App".into(),
            host: "https://github.com".into(),
            current: OF_APP.into(),
            ..registry::WebhookSecrets::default()
        };
        let known = (!asked.full_name.is_empty()).then_some(known);
        let secrets = known.into_iter().chain(asked.from_app.then_some(of_app)).collect();
        Ok(registry::GetWebhookSecretsResponse { secrets })
    });
    answer_with(&ingress, |one| {
        let is_unregistered = one.repository_id.is_empty() && !one.repository_full_name.is_empty();
        Ok(ended(match one.event.as_str() {
            "ping" => Outcome::Ping,
            _ if is_unregistered => Outcome::Parked,
            _ if one.pull_request.is_some() => Outcome::UnknownPr,
            _ => Outcome::Noop,
        }))
    });
    ingress
}

/// Whether an example says that a pull request was closed, merged or reopened.
fn changes(example: &Example) -> bool {
    let action = example.body["action"].as_str();
    example.event == "pull_request" && matches!(action, Some("closed" | "reopened"))
}

async fn sent(request: RequestBuilder, kind: &str) -> Answer {
    send(request.header("x-github-hook-installation-target-type", kind)).await
}

fn told(ingress: &Ingress, example: &Example, bytes: &[u8]) -> v1::RecordDeliveryRequest {
    let seen = recorded(ingress).pop().expect("one is recorded");
    let repository = &example.body["repository"];
    assert_eq!(seen.event, example.event);
    assert_eq!(seen.action, example.body["action"].as_str().unwrap_or_default());
    assert_eq!(seen.repository_full_name, repository["full_name"].as_str().unwrap_or_default());
    assert_eq!(seen.repository_github_id, repository["id"].as_i64().unwrap_or_default());
    assert_eq!(seen.pull_request.is_some(), changes(example), "{}", example.event);
    assert_eq!(zstd::bulk::decompress(&seen.body_gzip, bytes.len()).unwrap(), bytes);
    seen
}

/// What each example is answered, however often an example of its event says so.
fn expected(example: &Example, otherwise: &'static str) -> &'static str {
    match example.event.as_str() {
        "ping" => "ping",
        _ if example.body["repository"].is_null() => "noop",
        _ => otherwise,
    }
}

/// Coven §10 D7: not one odd member of any published event costs the delivery.
#[tokio::test]
async fn every_published_event_is_taken_from_a_repositorys_hook() {
    let ingress = ingress().await;
    let examples = examples();
    assert!(examples.len() > 329, "{} examples", examples.len());
    for example in examples {
        let bytes = serde_json::to_vec_pretty(&example.body).unwrap();
        let request = delivery(&ingress, &example.event, bytes.clone(), OF_REPOSITORY);
        let answer = sent(request, "repository").await;
        if example.body["repository"].is_null() {
            // GitHub sends these to organisations, accounts and Apps: no repository's secret speaks for them.
            assert_eq!(answer.code(), (403, "INVALID_SIGNATURE"), "{}", example.event);
            continue;
        }
        let action = if changes(&example) { "unknown_pr" } else { "noop" };
        assert_eq!(answer.status, 200, "{}: {}", example.event, answer.text);
        assert_eq!(answer.body["action"], expected(&example, action), "{}", example.event);
        let seen = told(&ingress, &example, &bytes);
        assert_eq!(seen.repository_id, seen.repository_full_name.to_ascii_lowercase());
    }
}

#[tokio::test]
async fn every_published_event_is_taken_from_an_apps_hook() {
    let ingress = ingress().await;
    for example in examples() {
        let bytes = serde_json::to_vec(&example.body).unwrap();
        let request = delivery(&ingress, &example.event, bytes.clone(), OF_APP);
        let answer = sent(request, "integration").await;
        assert_eq!(answer.status, 200, "{}: {}", example.event, answer.text);
        // This App is asked for repositories that nobody registered.
        assert_eq!(answer.body["action"], expected(&example, "deferred"), "{}", example.event);
        assert_eq!(told(&ingress, &example, &bytes).app_id, "the App");
    }
}
