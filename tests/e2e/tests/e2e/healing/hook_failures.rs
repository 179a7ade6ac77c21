//! What keeps a hook from being made stands in the config repository with what to do about it, and is tried again.

use pullwright_forge::{Fault, FaultKind, NewToken, Permission, TokenKind};
use pullwright_harness::WireOptions;
use serde_json::Value;

use super::{stack, until_config_repo};
use crate::system::System;

/// A registered repository whose hooks meet this fault so often; its row once an error stands in it.
async fn refused(name: &str, route: &str, kind: FaultKind, times: u32) -> (System<'static>, Value) {
    let stack = stack().await;
    let fault = Fault { path: Some(format!("*/acme/{name}/hooks*")), ..Fault::on(route, kind) };
    stack.forge().unwrap().add_fault(fault.times(times)).await.unwrap();
    let options = WireOptions::new(name);
    stack.make_repository(&options).await.unwrap();
    let system = registered(name, &options).await;
    let failed = |now: &Value| now["webhook_registration_error"].is_string();
    let row = until_config_repo(&system, "it says what is wrong", failed).await;
    (system, row)
}

async fn registered(name: &str, options: &WireOptions) -> System<'static> {
    let stack = stack().await;
    let id = stack.register(options).await.unwrap()["id"].as_str().unwrap().to_owned();
    let wired = pullwright_harness::Wired {
        repository: format!("acme/{name}"),
        path: String::new(),
        config_repo_id: id,
        cluster_id: String::new(),
        template_id: String::new(),
        auth_ref: format!("{name}-credential"),
        hook: None,
    };
    System { stack, rest: stack.rest().unwrap(), wired }
}

fn status(code: u16) -> FaultKind {
    let body = r#"{"message":"No","documentation_url":"https://docs.github.com/rest"}"#.to_owned();
    FaultKind::Status { code, body, headers: Default::default() }
}

/// §18.2 AC-7.
#[tokio::test]
async fn ac_7_each_class_of_refusal_is_explained_and_healed_by_the_next_attempt() {
    let classes = [
        ("hook-404", "hooks.list", status(404), 1, "admin:repo_hook"),
        ("hook-403", "hooks.list", status(403), 1, "Webhooks: read and write"),
        ("hook-422", "hooks.create", status(422), 1, "RUNNER_WEBHOOK_URL"),
        // Of the last two nobody knows what came of it: they are asked twice before anybody is told.
        ("hook-502", "hooks.create", status(502), 2, "tried again by itself"),
        ("hook-gone", "hooks.list", FaultKind::DropBeforeEffect, 2, "unreachable"),
    ];
    let tried = classes.map(|(name, route, kind, times, remedy)| async move {
        let (system, row) = refused(name, route, kind, times).await;
        let said = row["webhook_registration_error"].as_str().unwrap();
        assert!(said.contains(remedy), "{name}: {said}");
        let healed =
            |now: &Value| now["webhook_registration_error"].is_null() && now["webhook_id"].is_u64();
        until_config_repo(&system, &format!("{name} is healed"), healed).await;
    });
    futures::future::join_all(tried).await;
}

/// §18.2 AC-7: what the credential may not do.
#[tokio::test]
async fn ac_7_a_credential_without_the_permission_is_told_which_one_and_works_once_it_has_it() {
    let stack = stack().await;
    let options = WireOptions::new("hook-forbidden");
    stack.make_repository(&options).await.unwrap();
    let file = stack.secrets().join("hook-forbidden-credential");
    let narrow = format!("gh{}_{}", "p", "N".repeat(36));
    let token = NewToken::new("narrow", &narrow, "acme/hook-forbidden", Permission::Write)
        .of_kind(TokenKind::WithoutWebhooks);
    stack.forge().unwrap().add_token(token).await.unwrap();
    let wide = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, &narrow).unwrap();
    let system = registered("hook-forbidden", &options).await;

    let failed = |now: &Value| {
        now["webhook_registration_error"]
            .as_str()
            .is_some_and(|said| said.contains("Webhooks: read and write"))
    };
    let row = until_config_repo(&system, "the permission is named", failed).await;
    assert!(!row.to_string().contains(&narrow), "{row:#}");

    std::fs::write(&file, &wide).unwrap();
    let healed =
        |now: &Value| now["webhook_registration_error"].is_null() && now["webhook_id"].is_u64();
    until_config_repo(&system, "the new credential is used", healed).await;
}
