//! A new webhook secret, while hooks still sign with the one before it.

use std::{fs, os::unix::fs::PermissionsExt as _, time::Duration};

use futures::future::join_all;
use pullwright_proto::{
    error::ErrorReason,
    registry::{self as v1, CreateConfigRepoRequest},
};
use pullwright_rpc::Refusal;
use pullwright_testkit::wait;
use tonic::Code;

use crate::harness::{Registry, Setup, repo};

const FIRST: &str = "the-first-webhook-secret";
const SOON: Duration = Duration::from_secs(30);

impl Registry {
    pub(crate) async fn rotate(
        &self,
        id: &str,
        request_id: &str,
    ) -> Result<v1::RotateWebhookSecretResponse, Refusal> {
        let request = v1::RotateWebhookSecretRequest {
            config_repo_id: id.into(),
            request_id: request_id.into(),
        };
        Ok(self.config_repos().rotate_webhook_secret(request).await?.into_inner())
    }

    /// Takes the hook of a repository to the secret in force, as a runner does.
    async fn take_over(&self, id: &str) {
        let report = v1::ReportWebhookRequest {
            repository_id: id.into(),
            webhook_id: 1,
            secret_version: self.hook_secret(id).await.unwrap().version,
            error: String::new(),
        };
        self.report_webhook(report).await.unwrap();
    }

    /// What ingress takes for a repository: the secret in force and the one before it.
    async fn taken(&self, full_name: &str) -> (String, String) {
        let [found] = self.webhook_secrets(full_name).await.try_into().unwrap();
        (found.current, found.previous)
    }

    fn file(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.path(name)).ok()
    }

    async fn until_the_previous_is_gone(&self) {
        let gone = || async { self.file("hook.previous").is_none() };
        wait::until("the secret before is removed", SOON, gone).await.unwrap();
    }

    /// What lies in the secrets folder, by name.
    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path("")).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

async fn registry_with(overlap: Duration) -> Registry {
    let registry = Setup { overlap, ..Setup::fresh().await }.start().await.unwrap();
    registry.secret("acme_pat", "the-acme-credential");
    registry.secret("hook", FIRST);
    registry
}

async fn registry() -> Registry {
    registry_with(Duration::from_secs(3600)).await
}

fn hooked(name: &str) -> CreateConfigRepoRequest {
    CreateConfigRepoRequest {
        webhook_secret_ref: "hook".into(),
        ..repo(name, &format!("https://github.com/acme/{name}"))
    }
}

#[tokio::test]
async fn both_secrets_are_taken_until_all_hooks_have_the_new_one_and_the_overlap_is_over() {
    let registry = registry_with(Duration::from_millis(1)).await;
    let a = registry.register(hooked("a")).await.unwrap();
    let b = registry.register(hooked("b")).await.unwrap();
    let alone = registry.register(repo("c", "https://github.com/acme/c")).await.unwrap();
    registry.take_over(&a.id).await;
    let before = registry.hook_secret(&a.id).await.unwrap();

    let rotated = registry.rotate(&b.id, "").await.unwrap();
    assert_eq!(rotated.config_repo_names, ["a", "b"]);
    let shown = rotated.config_repo.unwrap();
    assert!(shown.previous_webhook_secret_until.is_some());
    assert_eq!(registry.repo(&b.id).await.unwrap(), shown);
    assert_ne!(shown.etag, b.etag);
    assert_ne!(registry.repo(&a.id).await.unwrap().etag, a.etag, "its hook changes as well");
    assert_eq!(registry.repo(&alone.id).await.unwrap(), alone);

    let after = registry.hook_secret(&a.id).await.unwrap();
    assert_ne!(after.version, before.version);
    assert_eq!(after.secret.len(), 64);
    for name in ["acme/a", "acme/b"] {
        assert_eq!(registry.taken(name).await, (after.secret.clone(), FIRST.to_owned()));
    }
    for file in ["hook", "hook.previous"] {
        let mode = fs::metadata(registry.path(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    assert_eq!(registry.files(), ["acme_pat", "hook", "hook.previous"]);

    // The overlap is over, and one hook still signs with the old one.
    registry.take_over(&a.id).await;
    tokio::time::timeout(Duration::from_millis(2_500), registry.until_the_previous_is_gone())
        .await
        .expect_err("it is needed yet");
    registry.take_over(&b.id).await;
    registry.until_the_previous_is_gone().await;
    assert_eq!(registry.taken("acme/b").await, (after.secret, String::new()));
    let ended = || async {
        let shown = registry.repo(&a.id).await.unwrap();
        shown.previous_webhook_secret_until.is_none()
    };
    wait::until("the rotation is over", SOON, ended).await.unwrap();
}

#[tokio::test]
async fn the_secret_before_is_taken_for_the_whole_overlap_though_all_hooks_have_the_new_one() {
    let registry = registry().await;
    let a = registry.register(hooked("a")).await.unwrap();
    registry.rotate(&a.id, "").await.unwrap();
    registry.take_over(&a.id).await;
    tokio::time::timeout(Duration::from_millis(2_500), registry.until_the_previous_is_gone())
        .await
        .expect_err("the hour is not over");
    assert_eq!(registry.taken("acme/a").await.1, FIRST);
    let now = "UPDATE webhook_secret_rotations SET previous_until = now()";
    let client = registry.db.client().await.unwrap();
    pullwright_pg::Queries::execute(&client, now, &[]).await.unwrap();
    registry.until_the_previous_is_gone().await;
}

#[tokio::test]
async fn a_rotation_repeated_under_its_request_id_is_one_rotation() {
    let registry = registry().await;
    let a = registry.register(hooked("a")).await.unwrap();
    let first = registry.rotate(&a.id, "once").await.unwrap();
    let secret = registry.hook_secret(&a.id).await.unwrap();
    registry.take_over(&a.id).await;
    assert_eq!(registry.rotate(&a.id, "once").await.unwrap(), first);
    assert_eq!(registry.hook_secret(&a.id).await.unwrap(), secret);
    assert_eq!(registry.taken("acme/a").await.1, FIRST);
    let other = registry.register(hooked("b")).await.unwrap();
    let refusal = registry.rotate(&other.id, "once").await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::IdempotencyKeyReused);
}

#[tokio::test]
async fn of_rotations_at_once_by_way_of_all_that_share_the_secret_one_happens() {
    let registry = registry().await;
    let names: Vec<_> = (0..6).map(|n| format!("r{n}")).collect();
    let mut ids = Vec::new();
    for name in &names {
        ids.push(registry.register(hooked(name)).await.unwrap().id);
    }
    let answers = join_all(ids.iter().map(|id| registry.rotate(id, ""))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    for refusal in answers.into_iter().filter_map(Result::err) {
        assert_eq!(
            (refusal.code, refusal.reason),
            (Code::FailedPrecondition, ErrorReason::InvalidStateTransition)
        );
    }
    assert_eq!(registry.taken("acme/r0").await.1, FIRST);
    assert_eq!(registry.files(), ["acme_pat", "hook", "hook.previous"]);
}

#[tokio::test]
async fn a_second_rotation_waits_for_hooks_that_would_sign_with_a_secret_that_nobody_takes() {
    let registry = registry().await;
    let a = registry.register(hooked("a")).await.unwrap();
    let b = registry.register(hooked("b")).await.unwrap();
    registry.rotate(&a.id, "").await.unwrap();
    let second = registry.hook_secret(&a.id).await.unwrap().secret;
    registry.take_over(&a.id).await;
    let refusal = registry.rotate(&a.id, "").await.unwrap_err();
    assert_eq!(
        refusal.message,
        "secret `hook` was changed before, and the hooks of b are not known to have it yet: wait until they do, or remove \
         `hook.previous` from the secrets folder to give up what they may still sign with"
    );
    assert_eq!(registry.taken("acme/a").await, (second.clone(), FIRST.to_owned()));
    // Once nobody signs with the first, the second becomes the one before.
    registry.take_over(&b.id).await;
    registry.rotate(&a.id, "").await.unwrap();
    let third = registry.hook_secret(&a.id).await.unwrap().secret;
    assert_eq!(registry.taken("acme/a").await, (third, second));

    // The other way out that the message names.
    assert_eq!(
        registry.rotate(&a.id, "").await.unwrap_err().reason,
        ErrorReason::InvalidStateTransition
    );
    fs::remove_file(registry.path("hook.previous")).unwrap();
    registry.rotate(&a.id, "").await.unwrap();
}

#[tokio::test]
async fn a_rotation_by_hand_is_respected_and_never_ended_by_us() {
    let registry = registry_with(Duration::from_millis(1)).await;
    registry.secret("hook.previous", "the-secret-before-by-hand");
    let a = registry.register(hooked("a")).await.unwrap();
    let refusal = registry.rotate(&a.id, "").await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::InvalidStateTransition);
    registry.take_over(&a.id).await;
    tokio::time::timeout(Duration::from_millis(2_500), registry.until_the_previous_is_gone())
        .await
        .expect_err("who wrote it removes it");
    registry.rotate(&a.id, "").await.unwrap();
    assert_eq!(registry.file("hook.previous").as_deref(), Some(FIRST));
}

#[tokio::test]
async fn a_secret_that_is_written_by_hand_during_a_rotation_is_the_one_that_hooks_are_to_have() {
    let registry = registry_with(Duration::from_millis(1)).await;
    let a = registry.register(hooked("a")).await.unwrap();
    registry.rotate(&a.id, "").await.unwrap();
    registry.secret("hook", "a-secret-by-hand");
    registry.take_over(&a.id).await;
    registry.until_the_previous_is_gone().await;
    assert_eq!(registry.taken("acme/a").await, ("a-secret-by-hand".to_owned(), String::new()));
}

/// What a crash leaves when the rotation was written down and the files had not followed.
#[tokio::test]
async fn a_rotation_that_was_cut_off_is_gone_on_with() {
    let setup = Setup::fresh().await;
    let registry = setup.start().await.unwrap();
    registry.secret("acme_pat", "the-acme-credential");
    registry.secret("hook", FIRST);
    let a = registry.register(hooked("a")).await.unwrap();
    registry.rotate(&a.id, "").await.unwrap();
    let second = registry.hook_secret(&a.id).await.unwrap();
    drop(registry);
    let at = |name: &str| setup.folder.path().join(name);
    // Between the two renames, and before the first one.
    for cut_early in [false, true] {
        fs::rename(at("hook"), at("hook.next")).unwrap();
        fs::write(at("hook"), FIRST).unwrap();
        if cut_early {
            fs::remove_file(at("hook.previous")).unwrap();
        }
        let registry = setup.start().await.unwrap();
        let done =
            || async { registry.hook_secret(&a.id).await.is_ok_and(|found| found == second) };
        wait::until("the new secret is in force", SOON, done).await.unwrap();
        assert_eq!(registry.taken("acme/a").await, (second.secret.clone(), FIRST.to_owned()));
        assert_eq!(registry.files(), ["acme_pat", "hook", "hook.previous"]);
    }
}

/// What a crash leaves when a secret was made and the rotation was not written down.
#[tokio::test]
async fn a_secret_that_never_came_in_is_ignored_and_overwritten() {
    let registry = registry().await;
    let a = registry.register(hooked("a")).await.unwrap();
    registry.secret("hook.next", "never-in-force");
    assert_eq!(registry.taken("acme/a").await, (FIRST.to_owned(), String::new()));
    registry.rotate(&a.id, "").await.unwrap();
    assert_ne!(registry.hook_secret(&a.id).await.unwrap().secret, "never-in-force");
    assert_eq!(registry.files(), ["acme_pat", "hook", "hook.previous"]);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_to_is_explained_and_nothing_changes() {
    let registry = registry().await;
    let a = registry.register(hooked("a")).await.unwrap();
    // Root may write to any folder, so something that no rename replaces stands in the way as well.
    fs::create_dir_all(registry.path("hook.next/x")).unwrap();
    fs::set_permissions(registry.path(""), fs::Permissions::from_mode(0o500)).unwrap();
    let refusal = registry.rotate(&a.id, "once").await.unwrap_err();
    fs::set_permissions(registry.path(""), fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!(
        (refusal.code, refusal.reason),
        (Code::FailedPrecondition, ErrorReason::SecretsReadOnly)
    );
    assert!(
        refusal.message.starts_with("the secrets folder cannot be written to (")
            && refusal.message.contains("what `hook` holds goes into `hook.previous`"),
        "{refusal}"
    );
    assert_eq!(registry.repo(&a.id).await.unwrap(), a);
    assert_eq!(registry.taken("acme/a").await, (FIRST.to_owned(), String::new()));
    assert_eq!(registry.files(), ["acme_pat", "hook", "hook.next"]);

    // The same call succeeds once the folder can be written to.
    fs::remove_dir_all(registry.path("hook.next")).unwrap();
    registry.rotate(&a.id, "once").await.unwrap();
    assert_eq!(registry.taken("acme/a").await.1, FIRST);
}

#[tokio::test]
async fn a_rotation_of_nothing_is_refused() {
    let registry = registry().await;
    let without = registry.register(repo("c", "https://github.com/acme/c")).await.unwrap();
    let a = registry.register(hooked("a")).await.unwrap();
    let refusal = registry.rotate(&without.id, "").await.unwrap_err();
    assert_eq!(
        (refusal.code, refusal.reason),
        (Code::FailedPrecondition, ErrorReason::WebhookSecretNotConfigured)
    );
    fs::remove_file(registry.path("hook")).unwrap();
    let refusal = registry.rotate(&a.id, "").await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::WebhookSecretNotConfigured);
    registry.delete_repo(&a.id, "").await.unwrap();
    for id in ["", "x", &a.id] {
        let refusal = registry.rotate(id, "").await.unwrap_err();
        assert_eq!(refusal.reason, ErrorReason::ConfigRepoNotFound, "{id}");
    }
}

#[tokio::test]
async fn a_repository_that_comes_to_share_the_secret_is_waited_for_and_a_deleted_one_is_not() {
    let registry = registry_with(Duration::from_millis(1)).await;
    let a = registry.register(hooked("a")).await.unwrap();
    let gone = registry.register(hooked("gone")).await.unwrap();
    let late = registry.register(repo("late", "https://github.com/acme/late")).await.unwrap();
    registry.rotate(&a.id, "").await.unwrap();
    let named = v1::ConfigRepo { webhook_secret_ref: "hook".into(), ..late };
    let late = registry.update_repo("webhook_secret_ref", named).await.unwrap();
    assert!(late.previous_webhook_secret_until.is_some());
    registry.delete_repo(&gone.id, "").await.unwrap();
    registry.take_over(&a.id).await;
    tokio::time::timeout(Duration::from_millis(2_500), registry.until_the_previous_is_gone())
        .await
        .expect_err("the late one may sign with either");
    registry.take_over(&late.id).await;
    registry.until_the_previous_is_gone().await;
}
