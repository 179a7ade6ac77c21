//! What stands in the way of a hook is told in a sentence that says what to do, to ledger and registry alike.

use pullwright_forge::{Fault, FaultKind, NewToken, Permission, TokenKind};
use pullwright_proto::job::{SightFailure, WebhookRegistered};
use tonic::Code;

use super::hooks::{hooks, register, secret, world};
use crate::questions::harness::{REPOSITORY, World, status};

/// Gives the runner another kind of token.
async fn with_token(world: &World, kind: TokenKind) {
    let token = format!("gh{}_{}", "s", "K".repeat(40));
    world
        .forge
        .add_token(NewToken::new("bot", &token, REPOSITORY, Permission::Write).of_kind(kind))
        .await;
    world.tell(|told| told.token = token);
}

/// The failure, which the registry was told as well.
async fn failure(world: &World) -> SightFailure {
    let (end, report) = register(world, 0, "").await;
    let WebhookRegistered { failure, webhook_id, .. } = end;
    let failure = failure.unwrap();
    assert_eq!((report.error.as_str(), webhook_id), (failure.message.as_str(), 0));
    failure
}

fn answer(code: u16, body: &str) -> FaultKind {
    FaultKind::Status { code, body: body.to_owned(), headers: Default::default() }
}

/// §18.2 AC-7.
#[tokio::test]
async fn a_credential_that_may_not_manage_hooks_is_told_what_it_lacks() {
    for kind in [
        TokenKind::WithoutWebhooks,
        TokenKind::ReadsWebhooks,
        TokenKind::Classic { scopes: vec!["read:org".to_owned()] },
    ] {
        let world = world().await;
        with_token(&world, kind.clone()).await;
        let failure = failure(&world).await;
        assert_eq!(failure.reason, "WEBHOOK_REFUSED", "{kind:?}");
        for word in ["admin:repo_hook", "\"Webhooks: read and write\"", REPOSITORY] {
            assert!(failure.message.contains(word), "{kind:?} {word}: {}", failure.message);
        }
        assert!(hooks(&world).await.is_empty());
    }
}

/// §18.2 AC-7.
#[tokio::test]
async fn each_way_to_fail_has_its_own_sentence() {
    let refused = r#"{"message":"Validation Failed","errors":[{"resource":"Hook","code":"custom","message":"url is not supported because it isn't reachable"}]}"#;
    for (route, fault, reason, words) in [
        ("hooks.list", answer(404, "{}"), "WEBHOOK_REFUSED", "there is no repository of this name"),
        (
            "hooks.list",
            answer(401, r#"{"message":"Bad credentials"}"#),
            "GITHUB_AUTH_FAILED",
            "put a new one",
        ),
        (
            "hooks.create",
            answer(422, refused),
            "WEBHOOK_REFUSED",
            "url is not supported because it isn't reachable",
        ),
        (
            "hooks.list",
            answer(503, ""),
            "GITHUB_API_FAILED",
            "answered 503; it is tried again by itself",
        ),
        (
            "hooks.*",
            FaultKind::DropBeforeEffect,
            "GITHUB_API_FAILED",
            "GitHub unreachable \u{2014} network error",
        ),
        ("hooks.list", answer(200, "<html>"), "GITHUB_API_FAILED", "cannot be used"),
        ("hooks.list", answer(429, "{}"), "GITHUB_API_FAILED", "takes no more requests"),
        ("hooks.create", answer(404, "{}"), "WEBHOOK_REFUSED", "admin:repo_hook"),
    ] {
        let world = world().await;
        world.forge.add_fault(Fault::on(route, fault.clone())).await.unwrap();
        let failure = failure(&world).await;
        assert_eq!(failure.reason, reason, "{fault:?}");
        assert!(failure.message.contains(words), "{fault:?}: {}", failure.message);
        assert_eq!(
            failure.retry_after.is_some(),
            matches!(fault, FaultKind::Status { code: 429, .. })
        );
    }
}

#[tokio::test]
async fn a_repair_that_fails_keeps_what_is_known_of_the_hook() {
    let world = world().await;
    let id = register(&world, 0, "").await.0.webhook_id;
    world.tell(|told| told.hook_secret = Some((secret() + "-new", "v2".to_owned())));
    world.forge.add_fault(Fault::on("hooks.update", answer(500, ""))).await.unwrap();
    let (end, report) = register(&world, id, "v1").await;
    assert_eq!((end.webhook_id, end.secret_version.as_str()), (id, "v1"));
    assert!(end.failure.is_some() && !report.error.is_empty());
}

#[tokio::test]
async fn without_our_address_nothing_is_asked_and_the_setting_is_named() {
    let mut world = world().await;
    world.stop().await;
    world.run(&[("RUNNER_WEBHOOK_URL", "")]).await;
    let failure = failure(&world).await;
    assert_eq!(failure.reason, "WEBHOOK_URL_NOT_CONFIGURED");
    assert!(failure.message.contains("RUNNER_WEBHOOK_URL"), "{}", failure.message);
    assert!(world.asked().await.is_empty());
}

#[tokio::test]
async fn without_a_secret_or_a_credential_nothing_is_written() {
    let world = world().await;
    world.tell(|told| told.hook_secret = None);
    assert_eq!(failure(&world).await.reason, "WEBHOOK_SECRET_NOT_CONFIGURED");
    let refusal = status(Code::FailedPrecondition, "GITHUB_NOT_CONFIGURED", "the secret is empty");
    world.tell(|told| told.mint_refusal = Some(refusal));
    assert!(failure(&world).await.message.contains("the secret is empty"));
    assert!(world.asked().await.is_empty());
}

#[tokio::test]
async fn what_github_echoes_of_the_secret_is_in_no_text() {
    let world = world().await;
    let token = world.told.lock().unwrap().token.clone();
    let body = format!(r#"{{"message":"you sent {} as {token}"}}"#, secret());
    world.forge.add_fault(Fault::on("hooks.create", answer(422, &body))).await.unwrap();
    let failure = failure(&world).await;
    assert!(failure.message.contains("you sent"), "{}", failure.message);
}
