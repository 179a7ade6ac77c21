//! Secrets on their way to the one caller that they are for.

use std::{
    fs,
    os::unix::{fs::symlink, net::UnixListener},
};

use pullwright_proto::{error::ErrorReason, registry::CreateConfigRepoRequest};
use tonic::Code;

use crate::harness::{Registry, SECOND_HOST, repo};

#[tokio::test]
async fn a_credential_is_read_when_it_is_asked_for() {
    let registry = Registry::start().await;
    registry.secret("acme_pat", " first-credential\n");
    let repo = registry.register(repo("a", "https://github.com/acme/a")).await.unwrap();
    assert_eq!(registry.mint(&repo.id).await.unwrap(), "first-credential");
    registry.secret("acme_pat", "second-credential");
    assert_eq!(registry.mint(&repo.id).await.unwrap(), "second-credential");
}

#[tokio::test]
async fn a_credential_that_cannot_be_had_is_named_and_never_shown() {
    let registry = Registry::start().await;
    registry.secret("acme_pat", "a-fine-credential");
    let repo = registry.register(repo("a", "https://github.com/acme/a")).await.unwrap();
    let path = registry.path("acme_pat");
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("x"), "outside-credential").unwrap();
    fs::remove_file(&path).unwrap();

    let refusal = registry.mint(&repo.id).await.unwrap_err();
    assert_eq!(
        (refusal.code, refusal.reason),
        (Code::FailedPrecondition, ErrorReason::GithubNotConfigured)
    );
    let before = "the credential of acme/a cannot be had: secret `acme_pat` ";
    assert_eq!(refusal.message, format!("{before}does not exist in the secrets folder"));

    for (content, problem) in [
        (vec![], "is empty"),
        (b"\n \n".to_vec(), "is empty"),
        (b"short".to_vec(), "is shorter than 8 bytes"),
        (vec![b'a'; 65_537], "is larger than 64 KiB"),
        (b"two words!".to_vec(), "holds characters that no credential has"),
        (vec![0xff; 20], "is not UTF-8 text"),
    ] {
        fs::write(&path, content).unwrap();
        assert_eq!(
            registry.mint(&repo.id).await.unwrap_err().message,
            format!("{before}{problem}")
        );
        fs::remove_file(&path).unwrap();
    }
    symlink(outside.path().join("x"), &path).unwrap();
    assert_eq!(
        registry.mint(&repo.id).await.unwrap_err().message,
        format!("{before}leads out of the secrets folder")
    );
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert_eq!(
        registry.mint(&repo.id).await.unwrap_err().message,
        format!("{before}is not a regular file")
    );
    fs::remove_dir(&path).unwrap();
    let _socket = UnixListener::bind(&path).unwrap();
    assert_eq!(
        registry.mint(&repo.id).await.unwrap_err().message,
        format!("{before}is not a regular file")
    );
}

#[tokio::test]
async fn an_unknown_repository_has_no_credential() {
    let registry = Registry::start().await;
    for id in ["", "x", "01890000-0000-7000-8000-000000000000"] {
        assert_eq!(registry.mint(id).await.unwrap_err().reason, ErrorReason::ConfigRepoNotFound);
    }
}

#[tokio::test]
async fn webhook_secrets_are_found_by_full_name_in_any_case_on_all_hosts() {
    let registry = Registry::start().await;
    for (name, content) in [("acme_pat", "credential-one"), ("second_pat", "credential-two")] {
        registry.secret(name, content);
    }
    registry.secret("hook", "current-secret\n");
    registry.secret("hook.previous", "previous-secret");
    registry.secret("second_hook", "second-secret");
    let first = CreateConfigRepoRequest {
        webhook_secret_ref: "hook".into(),
        ..repo("a", "https://github.com/Acme/X")
    };
    let first = registry.register(first).await.unwrap();
    let second = CreateConfigRepoRequest {
        auth_ref: "second_pat".into(),
        webhook_secret_ref: "second_hook".into(),
        ..repo("b", &format!("{SECOND_HOST}/acme/x"))
    };
    let second = registry.register(second).await.unwrap();
    registry.register(repo("c", "https://github.com/acme/no-hook")).await.unwrap();

    let found = registry.webhook_secrets("aCME/x").await;
    let shown: Vec<_> = found
        .iter()
        .map(|s| {
            (s.repository_id.as_str(), s.host.as_str(), s.current.as_str(), s.previous.as_str())
        })
        .collect();
    assert_eq!(
        shown,
        [
            (first.id.as_str(), "https://github.com", "current-secret", "previous-secret"),
            (second.id.as_str(), SECOND_HOST, "second-secret", ""),
        ]
    );
    for nothing in ["acme/no-hook", "acme/y", "acme", "", "a/b/c", "acme/x\0", "../.."] {
        assert!(registry.webhook_secrets(nothing).await.is_empty(), "{nothing:?}");
    }
}

#[tokio::test]
async fn a_webhook_secret_that_cannot_be_had_does_not_spoil_the_others() {
    let registry = Registry::start().await;
    registry.secret("acme_pat", "credential-one");
    registry.secret("second_pat", "credential-two");
    registry.secret("second_hook", "second-secret");
    let missing = CreateConfigRepoRequest {
        webhook_secret_ref: "hook".into(),
        ..repo("a", "https://github.com/acme/x")
    };
    registry.register(missing).await.unwrap();
    let fine = CreateConfigRepoRequest {
        auth_ref: "second_pat".into(),
        webhook_secret_ref: "second_hook".into(),
        ..repo("b", &format!("{SECOND_HOST}/acme/x"))
    };
    registry.register(fine).await.unwrap();
    let found = registry.webhook_secrets("acme/x").await;
    assert_eq!(
        found.iter().map(|secrets| secrets.current.as_str()).collect::<Vec<_>>(),
        ["second-secret"]
    );
}

#[tokio::test]
async fn of_more_hosts_than_eight_the_first_eight_are_given() {
    let hosts: Vec<_> = (0..9).map(|n| format!("https://ghe{n}.example")).collect();
    let registry = Registry::start_with(&hosts).await;
    for (n, host) in hosts.iter().enumerate() {
        registry.secret(&format!("pat{n}"), "a-fine-credential");
        registry.secret(&format!("hook{n}"), format!("webhook-secret-{n}"));
        let request = CreateConfigRepoRequest {
            auth_ref: format!("pat{n}"),
            webhook_secret_ref: format!("hook{n}"),
            ..repo(&format!("r{n}"), &format!("{host}/acme/x"))
        };
        registry.register(request).await.unwrap();
    }
    let found = registry.webhook_secrets("acme/x").await;
    assert_eq!(found.iter().map(|secrets| secrets.host.as_str()).collect::<Vec<_>>(), hosts[..8]);
}
