//! Hooks are made, taken over and repaired without anybody's help.

use pullwright_forge::{Hook, HookEdit, HookFormat, NewHook};
use pullwright_harness::WireOptions;
use pullwright_testkit::wait;

use super::{config_repo, stack, until_config_repo, wired};
use crate::system::{PATIENCE, System};

async fn hooks(system: &System<'_>) -> Vec<Hook> {
    system.stack.forge().unwrap().hooks(&system.wired.repository).await.unwrap()
}

/// §18.2 AC-6.
#[tokio::test]
async fn ac_6_a_registered_repository_gets_its_hook() {
    let system = wired("hook-new").await;

    let hooks = hooks(&system).await;
    assert_eq!(hooks.len(), 1, "{hooks:?}");
    assert_eq!((hooks[0].active, hooks[0].content_type), (true, HookFormat::Json));
    assert!(!hooks[0].insecure_ssl);
    let mut events = hooks[0].events.clone();
    events.sort();
    assert_eq!(events, ["pull_request", "repository"]);
    let id = hooks[0].id;
    let shown =
        until_config_repo(&system, "the hook is shown", |now| now["webhook_id"] == id).await;
    assert!(shown["webhook_registration_error"].is_null(), "{shown:#}");
    assert!(shown["webhook_checked_at"].is_string(), "{shown:#}");
}

/// §18.2 AC-6: existing hooks are looked at first.
#[tokio::test]
async fn ac_6_a_hook_that_is_there_already_is_taken_over_and_none_is_made_beside_it() {
    let stack = stack().await;
    let options = WireOptions::new("hook-there");
    stack.make_repository(&options).await.unwrap();
    let forge = stack.forge().unwrap();
    let secret = std::fs::read_to_string(stack.secrets().join("hook-there-webhook")).unwrap();
    let theirs = NewHook::new(stack.webhook_url(), secret.trim());
    let theirs = forge.create_hook("acme/hook-there", theirs).await.unwrap();
    let registered = stack.register(&options).await.unwrap();
    assert!(registered["webhook_registration_error"].is_null(), "{registered:#}");

    let id = registered["id"].as_str().unwrap();
    let rest = stack.rest().unwrap();
    let look = || async {
        let now = rest.get(&format!("/api/v1/config-repos/{id}")).await?.expect(200)?;
        anyhow::Ok(now["webhook_id"] == theirs.id)
    };
    wait::until("the hook is taken over", PATIENCE, look).await.unwrap();

    assert_eq!(forge.hooks("acme/hook-there").await.unwrap().len(), 1);
    let made =
        forge.requests().await.unwrap().into_iter().filter(|request| {
            request.route == "hooks.create" && request.path.contains("/hook-there/")
        });
    assert_eq!(made.count(), 0);
}

#[tokio::test]
async fn a_hook_that_somebody_changed_or_deleted_is_put_right() {
    let system = wired("hook-changed").await;
    let forge = system.stack.forge().unwrap();
    let (repository, hook) = (&system.wired.repository, system.wired.hook.unwrap());
    let url = system.stack.webhook_url();
    let elsewhere = HookEdit {
        url: Some("http://127.0.0.1:9/elsewhere".to_owned()),
        events: Some(vec!["push".to_owned()]),
        active: Some(false),
        content_type: Some(HookFormat::Form),
        ..HookEdit::default()
    };

    forge.edit_hook(repository, hook, elsewhere).await.unwrap();

    let is_right = |hooks: &[Hook]| {
        hooks.len() == 1
            && hooks[0].url == url
            && hooks[0].active
            && hooks[0].content_type == HookFormat::Json
            && hooks[0].events.contains(&"pull_request".to_owned())
    };
    let right = || async { is_right(&hooks(&system).await) };
    wait::until("the hook is repaired", PATIENCE, right).await.unwrap();
    assert_eq!(hooks(&system).await[0].id, hook, "the same one");

    forge.delete_hook(repository, hook).await.unwrap();
    wait::until("the hook is made anew", PATIENCE, right).await.unwrap();
    let new = hooks(&system).await[0].id;
    until_config_repo(&system, "the new one is known", |now| now["webhook_id"] == new).await;
    assert!(config_repo(&system).await["webhook_registration_error"].is_null());
}
