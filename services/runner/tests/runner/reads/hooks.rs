//! A repository's hook: created when there is none, repaired when it was changed, left alone when it is as it must be.

use pullwright_forge::{Fault, FaultKind, Hook, HookEdit, HookFormat, NewHook};
use pullwright_proto::{
    job::{
        JobKind, RegisterWebhookSpec, RepositoryRef, WebhookAction, WebhookRegistered,
        complete_job_request::Outcome, job::Spec,
    },
    registry::ReportWebhookRequest,
};

use super::{asked, done, known};
use crate::questions::harness::{REPO_ID, REPOSITORY, WEBHOOK_URL, World};

/// A world whose hooks are to have a secret.
pub(super) async fn world() -> World {
    let world = World::start().await;
    world.tell(|told| told.hook_secret = Some((secret(), "v1".to_owned())));
    world
}

pub(super) fn secret() -> String {
    "a-secret-between-github-and-us".to_owned()
}

/// Has the hook looked at; the end of the job, and what the registry was told.
pub(super) async fn register(
    world: &World,
    webhook_id: i64,
    secret_version: &str,
) -> (WebhookRegistered, ReportWebhookRequest) {
    world.tell(|told| told.webhooks.clear());
    let spec = RegisterWebhookSpec {
        repository: Some(known(world).await),
        webhook_id,
        secret_version: secret_version.to_owned(),
    };
    let ended = world.work(JobKind::RegisterWebhook, Spec::RegisterWebhook(spec)).await;
    let Outcome::WebhookRegistered(end) = done(ended) else { panic!("another end") };
    let reports = std::mem::take(&mut world.told.lock().unwrap().webhooks);
    let [report] = &reports[..] else { panic!("{reports:?}") };
    assert_eq!(report.repository_id, REPO_ID.to_string());
    assert_eq!((report.webhook_id, &report.secret_version), (end.webhook_id, &end.secret_version));
    let told = format!("{end:?}{report:?}");
    assert!(!told.contains(&secret()) && !told.contains(&world.told.lock().unwrap().token));
    (end, report.clone())
}

pub(super) async fn hooks(world: &World) -> Vec<Hook> {
    world.forge.hooks(REPOSITORY).await.unwrap()
}

fn is_as_it_must_be(hook: &Hook) -> bool {
    hook.url == WEBHOOK_URL
        && hook.active
        && hook.content_type == HookFormat::Json
        && !hook.insecure_ssl
        && hook.events.iter().map(String::as_str).collect::<Vec<_>>()
            == ["pull_request", "repository"]
}

/// §18.2 AC-6.
#[tokio::test]
async fn a_hook_is_created_where_there_is_none_and_found_the_next_time() {
    let world = world().await;
    let (end, report) = register(&world, 0, "").await;
    assert_eq!((end.action(), end.failure), (WebhookAction::Created, None));
    assert_eq!((report.error.as_str(), report.secret_version.as_str()), ("", "v1"));
    let [hook] = &hooks(&world).await[..] else { panic!("one hook") };
    assert!(is_as_it_must_be(hook) && hook.id as i64 == end.webhook_id);
    assert_eq!(asked(&world).await, ["hooks.list 200", "repos.get 200", "hooks.create 201"]);

    let (end, _) = register(&world, end.webhook_id, "v1").await;
    assert_eq!((end.action(), end.failure), (WebhookAction::Unchanged, None));
    assert_eq!(asked(&world).await, ["hooks.list 200"]);
}

/// §18.2 AC-6 and §6.5: no second hook beside one that is there.
#[tokio::test]
async fn a_hook_that_somebody_made_is_taken_over_with_our_secret() {
    let world = world().await;
    let theirs = world.forge.create_hook(REPOSITORY, NewHook::new(WEBHOOK_URL, "theirs")).await;
    asked(&world).await;
    let (end, _) = register(&world, 0, "").await;
    assert_eq!(end.action(), WebhookAction::Repaired);
    assert_eq!(end.webhook_id as u64, theirs.unwrap().id);
    assert_eq!(asked(&world).await, ["hooks.list 200", "repos.get 200", "hooks.update 200"]);
    assert!(hooks(&world).await.iter().all(is_as_it_must_be));
}

#[tokio::test]
async fn whatever_was_changed_is_repaired() {
    let world = world().await;
    let (end, _) = register(&world, 0, "").await;
    let id = end.webhook_id;
    let words = |words: &[&str]| Some(words.iter().map(|word| (*word).to_owned()).collect());
    for edit in [
        HookEdit { url: Some("https://old.example/".to_owned()), ..HookEdit::default() },
        HookEdit { events: words(&["push"]), ..HookEdit::default() },
        HookEdit { events: words(&["*"]), ..HookEdit::default() },
        HookEdit { active: Some(false), ..HookEdit::default() },
        HookEdit { content_type: Some(HookFormat::Form), ..HookEdit::default() },
        HookEdit { insecure_ssl: Some(true), ..HookEdit::default() },
    ] {
        world.forge.edit_hook(REPOSITORY, id as u64, edit).await.unwrap();
        assert!(!hooks(&world).await.iter().all(is_as_it_must_be));
        let (end, _) = register(&world, id, "v1").await;
        assert_eq!((end.action(), end.webhook_id), (WebhookAction::Repaired, id));
        let hooks = hooks(&world).await;
        assert!(hooks.len() == 1 && is_as_it_must_be(&hooks[0]), "{} hooks", hooks.len());
    }
}

#[tokio::test]
async fn a_new_secret_goes_into_the_hook() {
    let world = world().await;
    let id = register(&world, 0, "").await.0.webhook_id;
    world.tell(|told| {
        told.hook_secret = Some(("another-secret-of-ours".to_owned(), "v2".to_owned()))
    });
    let (end, _) = register(&world, id, "v1").await;
    assert_eq!((end.action(), end.secret_version.as_str()), (WebhookAction::Repaired, "v2"));
    assert_eq!(register(&world, id, "v2").await.0.action(), WebhookAction::Unchanged);
}

#[tokio::test]
async fn a_hook_that_was_deleted_is_created_again() {
    let world = world().await;
    let id = register(&world, 0, "").await.0.webhook_id;
    world.forge.delete_hook(REPOSITORY, id as u64).await.unwrap();
    let (end, _) = register(&world, id, "v1").await;
    assert_eq!(end.action(), WebhookAction::Created);
    assert_ne!(end.webhook_id, id);
}

/// The reference read one page.
#[tokio::test]
async fn every_page_of_hooks_is_read() {
    let world = world().await;
    for at in 0..105 {
        let url = format!("https://other-{at}.example/");
        let other = NewHook::new(url, "x").events(["push"]);
        world.forge.create_hook(REPOSITORY, other).await.unwrap();
    }
    let ours = world.forge.create_hook(REPOSITORY, NewHook::new(WEBHOOK_URL, "x")).await.unwrap();
    let (end, _) = register(&world, 0, "").await;
    assert_eq!((end.webhook_id as u64, end.action()), (ours.id, WebhookAction::Repaired));
    assert_eq!(hooks(&world).await.len(), 106);
}

#[tokio::test]
async fn after_a_lost_answer_there_is_one_hook() {
    for fault in [
        FaultKind::DropAfterEffect,
        FaultKind::DropBeforeEffect,
        FaultKind::StatusAfterEffect {
            code: 502,
            body: String::new(),
            headers: Default::default(),
        },
    ] {
        let world = world().await;
        world.forge.add_fault(Fault::on("hooks.create", fault.clone()).times(1)).await.unwrap();
        let (end, report) = register(&world, 0, "").await;
        assert_eq!(
            (end.action(), report.error.as_str()),
            (WebhookAction::Created, ""),
            "{fault:?}"
        );
        let hooks = hooks(&world).await;
        assert!(hooks.len() == 1 && is_as_it_must_be(&hooks[0]), "{fault:?}");
    }
}

#[tokio::test]
async fn further_hooks_to_our_address_are_left_and_told() {
    let world = world().await;
    let id = register(&world, 0, "").await.0.webhook_id;
    let other = world.forge.create_hook(REPOSITORY, NewHook::new(WEBHOOK_URL, "x")).await.unwrap();
    let (end, report) = register(&world, id, "v1").await;
    assert_eq!((end.webhook_id, end.action(), end.failure), (id, WebhookAction::Unchanged, None));
    assert!(report.error.contains(&other.id.to_string()) && report.error.contains("delete"));
    assert_eq!(hooks(&world).await.len(), 2);
}

#[tokio::test]
async fn a_renamed_repository_gets_its_hook_under_the_new_name() {
    let world = world().await;
    let repository = known(&world).await;
    world.forge.rename_repository(REPOSITORY, "acme/better-name").await.unwrap();
    let spec = RegisterWebhookSpec { repository: Some(repository), ..Default::default() };
    let ended = world.work(JobKind::RegisterWebhook, Spec::RegisterWebhook(spec)).await;
    let Outcome::WebhookRegistered(end) = done(ended) else { panic!("another end") };
    assert_eq!((end.action(), end.failure), (WebhookAction::Created, None));
    assert_eq!(world.forge.hooks("acme/better-name").await.unwrap().len(), 1);
    assert_eq!(world.told.lock().unwrap().repositories[0].full_name, "acme/better-name");
}

/// The repository was deleted, and another one was created under its name.
#[tokio::test]
async fn a_repository_that_took_the_name_gets_no_hook_of_ours() {
    let world = world().await;
    let known = known(&world).await;
    let was = known.github_id + 1;
    let repository = RepositoryRef { github_id: was, ..known.clone() };
    let spec = RegisterWebhookSpec {
        repository: Some(repository),
        webhook_id: 4711,
        secret_version: "v1".to_owned(),
    };
    let ended = world.work(JobKind::RegisterWebhook, Spec::RegisterWebhook(spec)).await;
    let Outcome::WebhookRegistered(end) = done(ended) else { panic!("another end") };
    let failure = end.failure.unwrap();
    let told = format!("GitHub's id of it is {} and was {was}", known.github_id);
    assert!(failure.message.contains(&told), "{}", failure.message);
    assert!(hooks(&world).await.is_empty());
    let told = world.told.lock().unwrap();
    assert!(told.webhooks[0].error.contains("register it anew"), "{:?}", told.webhooks);
    assert!(told.repositories.is_empty(), "the registry keeps the id that it knows");
}
