//! Which repository may name which secret.

use std::fs;

use pullwright_proto::{error::ErrorReason, registry::CreateConfigRepoRequest};
use tonic::Code;

use crate::harness::{Registry, SECOND_HOST, repo};

fn hooked(name: &str, url: &str, secret: &str) -> CreateConfigRepoRequest {
    CreateConfigRepoRequest { webhook_secret_ref: secret.into(), ..repo(name, url) }
}

async fn registry() -> Registry {
    let registry = Registry::start().await;
    registry.secret("acme_pat", "acme-credential");
    registry
}

#[tokio::test]
async fn the_first_registration_binds_a_secret_to_its_owner_in_any_case() {
    let registry = registry().await;
    registry.register(repo("a", "https://github.com/Acme/a")).await.unwrap();
    registry.register(repo("b", "https://github.com/ACME/b")).await.unwrap();
    for url in ["https://github.com/other/c".to_owned(), format!("{SECOND_HOST}/acme/c")] {
        let refusal = registry.register(repo("c", &url)).await.unwrap_err();
        assert_eq!(
            (refusal.code, refusal.reason),
            (Code::FailedPrecondition, ErrorReason::AuthRefInUse),
            "{url}"
        );
        assert_eq!(refusal.message, "auth_ref `acme_pat` belongs to repositories of another owner");
    }
}

#[tokio::test]
async fn a_secret_is_never_both_a_credential_and_a_webhook_secret() {
    let registry = registry().await;
    let refusal =
        registry.register(hooked("a", "https://github.com/acme/a", "acme_pat")).await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::AuthRefInUse);
    assert_eq!(refusal.violations[0].field, "webhook_secret_ref");
    assert_eq!(registry.count("secret_bindings").await, 0);

    registry.register(hooked("a", "https://github.com/acme/a", "hook")).await.unwrap();
    registry.secret("hook", "a-webhook-secret");
    let swapped = CreateConfigRepoRequest {
        auth_ref: "hook".into(),
        ..repo("b", "https://github.com/acme/b")
    };
    assert_eq!(registry.register(swapped).await.unwrap_err().reason, ErrorReason::AuthRefInUse);
}

#[tokio::test]
async fn a_list_beside_a_secret_says_who_may_name_it() {
    let registry = registry().await;
    registry.secret(
        "acme_pat.repositories",
        "# shared\ngithub.com/acme/a\ngithub.com/other/*\n127.0.0.1:7005/acme/a\n",
    );
    registry.register(repo("a", "https://github.com/acme/A")).await.unwrap();
    registry.register(repo("b", "https://github.com/other/b")).await.unwrap();
    registry.register(repo("c", &format!("{SECOND_HOST}/acme/a"))).await.unwrap();
    let refusal = registry.register(repo("d", "https://github.com/acme/d")).await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::AuthRefInUse);
    assert_eq!(
        refusal.message,
        "auth_ref `acme_pat` has a list of repositories that does not name this one"
    );
    // A list gives a secret to more owners, never to another use.
    let hook = hooked("e", "https://github.com/other/e", "acme_pat");
    assert_eq!(
        registry.register(hook).await.unwrap_err().violations[0].field,
        "webhook_secret_ref"
    );
}

#[tokio::test]
async fn a_malformed_list_admits_nobody() {
    let registry = registry().await;
    registry.secret("acme_pat.repositories", "github.com/acme/*\nacme\n");
    let refusal = registry.register(repo("a", "https://github.com/acme/a")).await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::AuthRefInUse);
    assert!(refusal.message.contains("line 2"), "{refusal}");
}

#[tokio::test]
async fn a_list_that_comes_later_is_held_against_every_use() {
    let registry = registry().await;
    registry.secret("hook", "a-webhook-secret");
    let a = registry.register(hooked("a", "https://github.com/acme/a", "hook")).await.unwrap();
    for secret in ["acme_pat", "hook"] {
        registry.secret(&format!("{secret}.repositories"), "github.com/acme/b\n");
    }
    assert_eq!(registry.mint(&a.id).await.unwrap_err().reason, ErrorReason::GithubNotConfigured);
    assert!(registry.webhook_secrets("acme/a").await.is_empty());
    fs::remove_file(registry.path("acme_pat.repositories")).unwrap();
    assert_eq!(registry.mint(&a.id).await.unwrap(), "acme-credential");
}

#[tokio::test]
async fn of_two_owners_at_once_one_gets_the_secret() {
    let registry = registry().await;
    let owners = ["one", "two", "three", "four", "five", "six"];
    let registrations = owners
        .map(|owner| registry.register(repo(owner, &format!("https://github.com/{owner}/x"))));
    let answers = futures::future::join_all(registrations).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    for refusal in answers.into_iter().filter_map(Result::err) {
        assert_eq!(refusal.reason, ErrorReason::AuthRefInUse);
    }
    assert_eq!(
        (registry.count("secret_bindings").await, registry.count("config_repos").await),
        (1, 1)
    );
}
