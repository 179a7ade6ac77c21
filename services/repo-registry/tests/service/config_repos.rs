//! Registering and looking up config repositories.

use pullwright_proto::{error::ErrorReason, registry as v1};
use rstest::rstest;
use tonic::Code;

use crate::harness::{Registry, SECOND_HOST, repo};

const URL: &str = "https://github.com/acme/search-config";

#[tokio::test]
async fn a_registered_repository_is_found_again() {
    let registry = Registry::start().await;
    registry.secret("acme_pat", "");
    let mut request = repo("search-config", "https://github.com/Acme/search-config.git");
    request.pr_base_branch = "release/1".into();
    request.webhook_secret_ref = "hook_that_is_not_there_yet".into();
    let created = registry.register(request).await.unwrap();
    assert_eq!((created.provider.as_str(), created.default_branch.as_str()), ("github", "main"));
    assert_eq!(created.pr_base_branch, "release/1");
    assert_eq!(created.repo_url, "https://github.com/Acme/search-config.git");
    assert_eq!(created.webhook_secret_ref, "hook_that_is_not_there_yet");
    assert!(created.created_at.is_some());

    let request = v1::GetConfigRepoRequest { config_repo_id: created.id.clone() };
    let found = registry.config_repos().get_config_repo(request).await.unwrap().into_inner();
    assert_eq!(found.config_repo, Some(created));
}

#[tokio::test]
async fn ac_8_another_provider_is_refused_and_the_configured_hosts_are_named() {
    let registry = Registry::start().await;
    registry.secret("acme_pat", "");
    let refusal = registry.register(repo("x", "https://gitlab.com/acme/x")).await.unwrap_err();
    assert_eq!(
        (refusal.code, refusal.reason),
        (Code::InvalidArgument, ErrorReason::UnsupportedProvider)
    );
    assert!(
        refusal.message.contains("https://github.com") && refusal.message.contains(SECOND_HOST),
        "{refusal}"
    );
    assert_eq!(registry.count("config_repos").await, 0);
}

#[tokio::test]
async fn ac_9_a_secret_without_a_file_is_refused_and_leaves_no_row() {
    let registry = Registry::start().await;
    let refusal = registry.register(repo("x", URL)).await.unwrap_err();
    assert_eq!(
        (refusal.code, refusal.reason),
        (Code::InvalidArgument, ErrorReason::AuthRefNotFound)
    );
    assert_eq!(refusal.message, "auth_ref `acme_pat` does not exist in the secrets folder");
    assert_eq!(registry.count("config_repos").await + registry.count("secret_bindings").await, 0);
}

/// What is wrong with a registration, from the check that comes last to the one that comes first.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Wrong {
    Url,
    Name,
    InUse,
    NoSecret,
    Provider,
    Form,
}

#[rstest]
#[case(Wrong::Form, ErrorReason::ValidationError)]
#[case(Wrong::Provider, ErrorReason::UnsupportedProvider)]
#[case(Wrong::NoSecret, ErrorReason::AuthRefNotFound)]
#[case(Wrong::InUse, ErrorReason::AuthRefInUse)]
#[case(Wrong::Name, ErrorReason::ConfigRepoNameTaken)]
#[case(Wrong::Url, ErrorReason::ConfigRepoUrlTaken)]
#[tokio::test]
async fn of_several_faults_the_first_of_the_order_is_named(
    #[case] first: Wrong,
    #[case] reason: ErrorReason,
) {
    let registry = Registry::start().await;
    registry.secret("acme_pat", "");
    registry.secret("other_pat", "");
    registry.register(repo("taken", URL)).await.unwrap();
    let others = v1::CreateConfigRepoRequest {
        auth_ref: "other_pat".into(),
        ..repo("y", "https://github.com/other/y")
    };
    registry.register(others).await.unwrap();

    // Everything from `first` on is wrong at once.
    let mut request = repo("free", URL);
    if first >= Wrong::Name {
        request.name = "taken".into();
    }
    if first >= Wrong::InUse {
        request.auth_ref = "other_pat".into();
    }
    if first >= Wrong::NoSecret {
        request.auth_ref = "missing".into();
    }
    if first >= Wrong::Provider {
        request.repo_url = "https://gitlab.com/acme/x".into();
    }
    if first >= Wrong::Form {
        request.default_branch = "-x".into();
    }
    let refusal = registry.register(request).await.unwrap_err();
    assert_eq!(refusal.reason, reason, "{refusal}");
    assert_eq!(registry.count("config_repos").await, 2);
}

#[tokio::test]
async fn a_refused_registration_binds_nothing() {
    let registry = Registry::start().await;
    registry.secret("acme_pat", "");
    registry.secret("new_pat", "");
    registry.register(repo("taken", URL)).await.unwrap();
    let request = v1::CreateConfigRepoRequest {
        auth_ref: "new_pat".into(),
        ..repo("taken", "https://github.com/acme/y")
    };
    registry.register(request).await.unwrap_err();
    let others = v1::CreateConfigRepoRequest {
        auth_ref: "new_pat".into(),
        ..repo("y", "https://github.com/other/y")
    };
    registry.register(others).await.unwrap();
}

#[tokio::test]
async fn one_repository_is_registered_once_in_whatever_spelling() {
    let registry = Registry::start().await;
    registry.secret("acme_pat", "");
    registry.register(repo("a", URL)).await.unwrap();
    for url in
        ["https://github.com/ACME/Search-Config", "https://github.com/acme/search-config.git"]
    {
        let refusal = registry.register(repo("b", url)).await.unwrap_err();
        assert_eq!(
            (refusal.code, refusal.reason),
            (Code::AlreadyExists, ErrorReason::ConfigRepoUrlTaken)
        );
    }
    registry.secret("second_pat", "");
    let elsewhere = v1::CreateConfigRepoRequest {
        auth_ref: "second_pat".into(),
        ..repo("c", &format!("{SECOND_HOST}/acme/search-config"))
    };
    registry.register(elsewhere).await.unwrap();
}

#[tokio::test]
async fn every_malformed_field_is_named_in_one_answer() {
    let registry = Registry::start().await;
    let request = v1::CreateConfigRepoRequest {
        name: "Not a name".into(),
        repo_url: "x".repeat(513),
        default_branch: "a..b".into(),
        auth_ref: "../pat".into(),
        webhook_secret_ref: "a/b".into(),
        ..v1::CreateConfigRepoRequest::default()
    };
    let refusal = registry.register(request).await.unwrap_err();
    let fields: Vec<_> = refusal.violations.iter().map(|v| v.field.as_str()).collect();
    assert_eq!(fields, ["name", "repo_url", "default_branch", "auth_ref", "webhook_secret_ref"]);
}

#[tokio::test]
async fn without_a_secret_an_installation_would_be_needed() {
    let registry = Registry::start().await;
    let request = v1::CreateConfigRepoRequest { auth_ref: String::new(), ..repo("x", URL) };
    let refusal = registry.register(request).await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::GithubNotConfigured);
    assert!(
        refusal.message.contains("auth_ref") && refusal.message.contains("not supported yet"),
        "{refusal}"
    );
}

#[tokio::test]
async fn a_list_shows_the_newest_first_and_how_many_there_are() {
    let registry = Registry::start().await;
    registry.secret("acme_pat", "");
    for name in ["a", "b", "c"] {
        registry.register(repo(name, &format!("https://github.com/acme/{name}"))).await.unwrap();
    }
    let request = v1::ListConfigReposRequest {
        page_size: 2,
        page_token: String::new(),
        ..v1::ListConfigReposRequest::default()
    };
    let page = registry.config_repos().list_config_repos(request).await.unwrap().into_inner();
    let names: Vec<_> = page.config_repos.iter().map(|repo| repo.name.as_str()).collect();
    assert_eq!(
        (names.as_slice(), page.total_size, page.has_more),
        (["c", "b"].as_slice(), 3, true)
    );
    let page = registry
        .config_repos()
        .list_config_repos(v1::ListConfigReposRequest::default())
        .await
        .unwrap();
    let page = page.into_inner();
    assert_eq!((page.config_repos.len(), page.total_size, page.has_more), (3, 3, false));
    for (page_size, page_token) in [(201, ""), (-1, ""), (1, "x")] {
        let request = v1::ListConfigReposRequest {
            page_size,
            page_token: page_token.into(),
            ..v1::ListConfigReposRequest::default()
        };
        let status = registry.config_repos().list_config_repos(request).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
    }
}

#[rstest]
#[case("not-a-uuid")]
#[case("")]
#[case("01890000-0000-7000-8000-000000000000")]
#[tokio::test]
async fn an_id_that_nothing_has_is_not_found(#[case] id: &str) {
    let registry = Registry::start().await;
    let request = v1::GetConfigRepoRequest { config_repo_id: id.into() };
    let status = registry.config_repos().get_config_repo(request).await.unwrap_err();
    let refusal = pullwright_rpc::Refusal::from(status);
    assert_eq!((refusal.code, refusal.reason), (Code::NotFound, ErrorReason::ConfigRepoNotFound));
}
