//! Updates of config repositories: branches, secrets, names.

use std::fs;

use pullwright_proto::{error::ErrorReason, registry as v1};
use rstest::rstest;
use tonic::Code;

use crate::harness::{Registry, cluster, repo};

const URL: &str = "https://github.com/acme/a";

async fn registry() -> (Registry, v1::ConfigRepo) {
    let registry = Registry::start().await;
    registry.secret("acme_pat", "first-credential");
    registry.secret("second_pat", "second-credential");
    let repo = registry.register(repo("a", URL)).await.unwrap();
    (registry, repo)
}

#[tokio::test]
async fn a_new_base_branch_and_credential_are_used_by_the_next_target_and_mint() {
    let (registry, repo) = registry().await;
    let wired = v1::CreateClusterRequest { config_repo_id: repo.id.clone(), ..cluster("a") };
    let cluster = registry.create_cluster(wired).await.unwrap();
    let template = registry.create_template("t", "{}").await.unwrap();
    assert_eq!(registry.mint(&repo.id).await.unwrap(), "first-credential");
    let given = v1::ConfigRepo {
        pr_base_branch: "release/2".into(),
        auth_ref: "second_pat".into(),
        ..repo.clone()
    };
    registry.update_repo("pr_base_branch,auth_ref", given).await.unwrap();
    let target = registry.resolve(&cluster.id, &template.id).await.unwrap().repository.unwrap();
    assert_eq!((target.id, target.pr_base_branch.as_str()), (repo.id.clone(), "release/2"));
    assert_eq!(registry.mint(&repo.id).await.unwrap(), "second-credential");
}

#[tokio::test]
async fn a_webhook_secret_comes_and_goes() {
    let (registry, repo) = registry().await;
    registry.secret("hook", "a-webhook-secret");
    assert!(registry.webhook_secrets("acme/a").await.is_empty());
    let given = v1::ConfigRepo { webhook_secret_ref: "hook".into(), ..repo };
    let hooked = registry.update_repo("webhook_secret_ref", given).await.unwrap();
    assert_eq!(registry.webhook_secrets("acme/a").await[0].current, "a-webhook-secret");
    let given = v1::ConfigRepo { webhook_secret_ref: String::new(), ..hooked };
    registry.update_repo("webhook_secret_ref", given).await.unwrap();
    assert!(registry.webhook_secrets("acme/a").await.is_empty());
}

/// What is wrong with an update, from the check that comes last to the one that comes first.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Wrong {
    Name,
    InUse,
    NoSecret,
    Etag,
    Missing,
    Form,
}

/// §4.5's order, as far as an update has its steps.
#[rstest]
#[case(Wrong::Form, Code::InvalidArgument, ErrorReason::ValidationError)]
#[case(Wrong::Missing, Code::NotFound, ErrorReason::ConfigRepoNotFound)]
#[case(Wrong::Etag, Code::Aborted, ErrorReason::EtagMismatch)]
#[case(Wrong::NoSecret, Code::InvalidArgument, ErrorReason::AuthRefNotFound)]
#[case(Wrong::InUse, Code::FailedPrecondition, ErrorReason::AuthRefInUse)]
#[case(Wrong::Name, Code::AlreadyExists, ErrorReason::ConfigRepoNameTaken)]
#[tokio::test]
async fn of_several_faults_the_first_of_the_order_is_named(
    #[case] first: Wrong,
    #[case] code: Code,
    #[case] reason: ErrorReason,
) {
    let (registry, found) = registry().await;
    registry.secret("other_pat", "");
    let others = v1::CreateConfigRepoRequest {
        auth_ref: "other_pat".into(),
        ..repo("taken", "https://github.com/other/y")
    };
    registry.register(others).await.unwrap();

    // Everything from `first` on is wrong at once.
    let mut given = v1::ConfigRepo { name: "taken".into(), ..found.clone() };
    if first >= Wrong::InUse {
        given.auth_ref = "other_pat".into();
    }
    if first >= Wrong::NoSecret {
        given.auth_ref = "missing".into();
    }
    if first >= Wrong::Etag {
        given.etag = "\"99\"".into();
    }
    if first >= Wrong::Missing {
        given.id = "01890000-0000-7000-8000-000000000000".into();
    }
    if first >= Wrong::Form {
        given.pr_base_branch = "-x".into();
    }
    let refusal = registry.update_repo("name,auth_ref,pr_base_branch", given).await.unwrap_err();
    assert_eq!((refusal.code, refusal.reason), (code, reason), "{refusal}");
    assert_eq!(registry.repo(&found.id).await.unwrap(), found);
}

#[tokio::test]
async fn a_refused_update_binds_nothing() {
    let (registry, found) = registry().await;
    registry.register(repo("taken", "https://github.com/acme/b")).await.unwrap();
    let given = v1::ConfigRepo {
        name: "taken".into(),
        auth_ref: "second_pat".into(),
        webhook_secret_ref: "hook".into(),
        ..found
    };
    registry.update_repo("name,auth_ref,webhook_secret_ref", given).await.unwrap_err();
    assert_eq!(registry.count("secret_bindings").await, 1);
}

#[tokio::test]
async fn a_secret_of_another_owner_or_use_is_refused_as_at_registration() {
    let (registry, found) = registry().await;
    let crossed = v1::ConfigRepo { webhook_secret_ref: "acme_pat".into(), ..found.clone() };
    let refusal = registry.update_repo("webhook_secret_ref", crossed).await.unwrap_err();
    assert_eq!(
        (refusal.reason, refusal.violations[0].field.as_str()),
        (ErrorReason::AuthRefInUse, "webhook_secret_ref")
    );
    registry.secret("second_pat.repositories", "github.com/acme/b\n");
    let unlisted = v1::ConfigRepo { auth_ref: "second_pat".into(), ..found.clone() };
    let refusal = registry.update_repo("auth_ref", unlisted).await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::AuthRefInUse);
    assert!(refusal.message.contains("does not name this one"), "{refusal}");
    // A secret that is not in the mask is not looked at, even when it is gone.
    fs::remove_file(registry.path("acme_pat")).unwrap();
    registry.update_repo("name", v1::ConfigRepo { name: "b".into(), ..found }).await.unwrap();
}

#[tokio::test]
async fn a_repository_cannot_be_left_without_a_credential() {
    let (registry, found) = registry().await;
    let given = v1::ConfigRepo { auth_ref: String::new(), ..found };
    let refusal = registry.update_repo("auth_ref", given).await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::GithubNotConfigured);
}

#[tokio::test]
async fn a_branch_that_becomes_empty_is_main() {
    let (registry, found) = registry().await;
    let given = v1::ConfigRepo {
        pr_base_branch: "release".into(),
        default_branch: "trunk".into(),
        ..found
    };
    let updated = registry.update_repo("pr_base_branch,default_branch", given).await.unwrap();
    let given = v1::ConfigRepo { pr_base_branch: String::new(), ..updated };
    let updated = registry.update_repo("pr_base_branch", given).await.unwrap();
    assert_eq!(
        (updated.pr_base_branch.as_str(), updated.default_branch.as_str()),
        ("main", "trunk")
    );
}

#[tokio::test]
async fn every_malformed_field_of_the_mask_is_named_in_one_answer() {
    let (registry, found) = registry().await;
    let given = v1::ConfigRepo {
        name: "Not a name".into(),
        default_branch: "a..b".into(),
        pr_base_branch: "refs/heads/main".into(),
        auth_ref: "../pat".into(),
        webhook_secret_ref: "a/b".into(),
        ..found
    };
    let refusal = registry.update_repo("*", given.clone()).await.unwrap_err();
    let fields: Vec<_> = refusal.violations.iter().map(|v| v.field.as_str()).collect();
    assert_eq!(
        fields,
        ["name", "default_branch", "pr_base_branch", "auth_ref", "webhook_secret_ref"]
    );
    let refusal = registry.update_repo("auth_ref", given).await.unwrap_err();
    assert_eq!(refusal.violations.len(), 1);
}
