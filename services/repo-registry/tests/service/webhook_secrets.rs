//! Which secrets a delivery is held against, by what it claims.

use pullwright_proto::registry::{self as v1, CreateConfigRepoRequest};
use serde_json::json;

use crate::harness::{Registry, SECOND_HOST, Setup, repo};

const GITHUB: &str = "https://github.com";

async fn registry(apps: serde_json::Value) -> Registry {
    let setup = Setup { apps, ..Setup::fresh().await };
    let registry = setup.start().await.unwrap();
    for (name, content) in [
        ("acme_pat", "the-acme-credential"),
        ("hook", "the-hooks-secret"),
        ("app_hook", "the-apps-secret"),
        ("app_hook.previous", "the-apps-old-secret"),
        ("second_hook", "the-second-apps-secret"),
    ] {
        registry.secret(name, content);
    }
    registry
}

fn two_apps() -> serde_json::Value {
    json!([
        {"host": GITHUB, "github_id": 1, "slug": "one", "private_key": "app_key", "webhook_secret": "app_hook"},
        {"host": SECOND_HOST, "github_id": 2, "slug": "two", "private_key": "app_key", "webhook_secret": "second_hook"},
        {"host": GITHUB, "github_id": 3, "slug": "without-hook", "private_key": "app_key"},
    ])
}

fn hooked(name: &str, url: &str) -> CreateConfigRepoRequest {
    CreateConfigRepoRequest { webhook_secret_ref: "hook".into(), ..repo(name, url) }
}

/// Who a secret speaks for: whether it is an App's, its repository's id, full name and GitHub's id.
fn shown(secrets: &[v1::WebhookSecrets]) -> Vec<(bool, &str, &str, &str, i64)> {
    let shown = |secrets: &'_ v1::WebhookSecrets| {
        (!secrets.app_id.is_empty(), secrets.repository_github_id)
    };
    secrets
        .iter()
        .map(|entry| {
            let (is_app, github_id) = shown(entry);
            (
                is_app,
                entry.host.as_str(),
                entry.repository_id.as_str(),
                entry.full_name.as_str(),
                github_id,
            )
        })
        .collect()
}

#[tokio::test]
async fn a_repository_that_was_renamed_is_found_by_githubs_id() {
    let registry = registry(json!([])).await;
    let repo = registry.register(hooked("a", "https://github.com/Acme/a")).await.unwrap();
    assert_eq!(
        shown(&registry.webhook_secrets_of("acme/a", 5, false).await),
        [(false, GITHUB, repo.id.as_str(), "Acme/a", 0)]
    );
    assert!(registry.webhook_secrets_of("acme/new", 5, false).await.is_empty());
    registry.report_repository(&repo.id, 5, "Acme/a").await.unwrap();
    for (name, github_id) in [("acme/new", 5), ("", 5), ("../..", 5), ("ACME/A", 0), ("acme/a", 6)]
    {
        assert_eq!(
            shown(&registry.webhook_secrets_of(name, github_id, false).await),
            [(false, GITHUB, repo.id.as_str(), "Acme/a", 5)],
            "{name} {github_id}"
        );
    }
    registry.delete_repo(&repo.id, "").await.unwrap();
    for github_id in [5, 0, -5, i64::MIN] {
        assert!(registry.webhook_secrets_of("acme/a", github_id, false).await.is_empty());
    }
}

#[tokio::test]
async fn the_apps_secrets_are_given_only_to_a_delivery_that_claims_to_be_an_apps() {
    let registry = registry(two_apps()).await;
    assert!(registry.webhook_secrets_of("acme/unknown", 5, false).await.is_empty());
    // Nobody registered it: the delivery is to be parked.
    for (name, github_id) in [("acme/unknown", 5), ("", 0)] {
        let found = registry.webhook_secrets_of(name, github_id, true).await;
        assert_eq!(shown(&found), [(true, SECOND_HOST, "", "", 0), (true, GITHUB, "", "", 0)]);
        assert_eq!(
            (found[1].current.as_str(), found[1].previous.as_str()),
            ("the-apps-secret", "the-apps-old-secret")
        );
        assert_eq!(found[0].current, "the-second-apps-secret");
    }
}

#[tokio::test]
async fn an_apps_secret_comes_with_the_repository_of_its_own_host() {
    let registry = registry(two_apps()).await;
    // Without a hook of its own: the App speaks for it.
    let a = registry.register(repo("a", "https://github.com/acme/a")).await.unwrap();
    assert_eq!(
        shown(&registry.webhook_secrets_of("acme/A", 5, true).await),
        [(true, SECOND_HOST, "", "", 0), (true, GITHUB, &a.id, "acme/a", 0)]
    );
    let b = registry.register(hooked("b", "https://github.com/acme/b")).await.unwrap();
    let found = registry.webhook_secrets_of("acme/b", 0, true).await;
    assert_eq!(
        shown(&found),
        [
            (true, SECOND_HOST, "", "", 0),
            (true, GITHUB, &b.id, "acme/b", 0),
            (false, GITHUB, &b.id, "acme/b", 0),
        ]
    );
    assert_eq!(found[2].current, "the-hooks-secret");
}

#[tokio::test]
async fn githubs_id_says_which_repository_an_app_speaks_of() {
    let registry = registry(two_apps()).await;
    let a = registry.register(repo("a", "https://github.com/acme/a")).await.unwrap();
    registry.report_repository(&a.id, 5, "acme/a").await.unwrap();
    let apps = async |name: &str, github_id| {
        let found = registry.webhook_secrets_of(name, github_id, true).await;
        found.into_iter().find(|entry| entry.host == GITHUB).unwrap().repository_id
    };
    assert_eq!(apps("acme/renamed", 5).await, a.id);
    // The name was given to another repository, which nobody registered.
    assert_eq!(apps("acme/a", 6).await, "");
    let renamed = registry.register(repo("b", "https://github.com/acme/renamed")).await.unwrap();
    assert_eq!(apps("acme/renamed", 5).await, a.id);
    assert_eq!(apps("acme/renamed", 6).await, renamed.id);
    assert_eq!(apps("acme/renamed", 0).await, renamed.id);
}

#[tokio::test]
async fn a_delivery_is_held_against_eight_secrets_at_most_and_an_unusable_one_takes_no_place() {
    let apps = (1..=8).map(|id| {
        json!({"host": GITHUB, "github_id": id, "slug": format!("a{id}"), "private_key": "app_key", "webhook_secret": format!("app_hook_{id}")})
    });
    let registry = registry(apps.collect()).await;
    for id in 1..=8 {
        registry.secret(&format!("app_hook_{id}"), format!("the-secret-of-app-{id}"));
    }
    registry.register(hooked("a", "https://github.com/acme/a")).await.unwrap();
    let found = registry.webhook_secrets_of("acme/a", 0, true).await;
    assert_eq!((found.len(), found.iter().all(|entry| !entry.app_id.is_empty())), (8, true));
    std::fs::remove_file(registry.path("app_hook_3")).unwrap();
    let found = registry.webhook_secrets_of("acme/a", 0, true).await;
    assert_eq!((found.len(), found[7].app_id.as_str()), (8, ""));
}
