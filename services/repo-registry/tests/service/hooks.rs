//! What a runner is given for a hook, and what it reports of one.

use std::{fs, time::Duration};

use pullwright_pg::Queries as _;
use pullwright_proto::{
    error::ErrorReason,
    registry::{
        self as v1, CreateConfigRepoRequest, config_repo_service_client::ConfigRepoServiceClient,
        credential_service_client::CredentialServiceClient,
    },
};
use pullwright_rpc::{Refusal, Role};
use tonic::Code;

use crate::harness::{Registry, repo};

const URL: &str = "https://github.com/acme/a";

impl Registry {
    pub(crate) async fn hook_secret(
        &self,
        repository_id: &str,
    ) -> Result<v1::GetHookSecretResponse, Refusal> {
        let request = v1::GetHookSecretRequest { repository_id: repository_id.into() };
        let mut client = CredentialServiceClient::new(self.connection(Role::Runner));
        Ok(client.get_hook_secret(request).await?.into_inner())
    }

    pub(crate) async fn report_webhook(
        &self,
        report: v1::ReportWebhookRequest,
    ) -> Result<(), Refusal> {
        let mut client = ConfigRepoServiceClient::new(self.connection(Role::Runner));
        client.report_webhook(report).await?;
        Ok(())
    }
}

async fn registry() -> Registry {
    let registry = Registry::start().await;
    registry.secret("acme_pat", "the-acme-credential");
    registry.secret("hook", "the-hooks-secret\n");
    registry
}

fn hooked() -> CreateConfigRepoRequest {
    CreateConfigRepoRequest { webhook_secret_ref: "hook".into(), ..repo("a", URL) }
}

fn fine(repository_id: &str) -> v1::ReportWebhookRequest {
    v1::ReportWebhookRequest {
        repository_id: repository_id.into(),
        webhook_id: 17,
        secret_version: "hook@1.000000002".into(),
        error: String::new(),
    }
}

/// §18.2 AC-6: the answer has the shape that it has without a secret, and no error; what follows is the ledger's.
#[tokio::test]
async fn ac_6_a_registration_with_a_webhook_secret_answers_as_one_without_and_has_no_error() {
    let registry = registry().await;
    let with = registry.register(hooked()).await.unwrap();
    let without = registry.register(repo("b", "https://github.com/acme/b")).await.unwrap();
    assert_eq!(with.webhook_registration_error, "");
    assert_eq!((with.webhook_id, with.webhook_checked_at), (0, None));
    let same = v1::ConfigRepo {
        id: without.id.clone(),
        name: without.name.clone(),
        repo_url: without.repo_url.clone(),
        webhook_secret_ref: String::new(),
        created_at: without.created_at,
        updated_at: without.updated_at,
        ..with.clone()
    };
    assert_eq!(same, without);
    assert_eq!(registry.repo(&with.id).await.unwrap(), with);
}

#[tokio::test]
async fn a_hooks_secret_is_the_one_in_force_and_its_version_changes_whenever_it_is_written() {
    let registry = registry().await;
    let repo = registry.register(hooked()).await.unwrap();
    let first = registry.hook_secret(&repo.id).await.unwrap();
    assert_eq!(first.secret, "the-hooks-secret");
    assert!(first.version.starts_with("hook@") && !first.version.contains("secret"), "{first:?}");
    assert_eq!(registry.hook_secret(&repo.id).await.unwrap(), first);

    // Written again, it is another version whatever it holds: nothing of the value can be told from it.
    let file = fs::File::options().append(true).open(registry.path("hook")).unwrap();
    let written = file.metadata().unwrap().modified().unwrap();
    file.set_modified(written + Duration::from_nanos(1)).unwrap();
    let second = registry.hook_secret(&repo.id).await.unwrap();
    assert_eq!(second.secret, first.secret);
    assert_ne!(second.version, first.version);
}

#[tokio::test]
async fn a_hooks_secret_that_cannot_be_had_is_explained_and_never_shown() {
    let registry = registry().await;
    let without = registry.register(repo("b", "https://github.com/acme/b")).await.unwrap();
    let with = registry.register(hooked()).await.unwrap();
    let refused = async |id: &str| {
        let refusal = registry.hook_secret(id).await.unwrap_err();
        assert_eq!(
            (refusal.code, refusal.reason),
            (Code::FailedPrecondition, ErrorReason::WebhookSecretNotConfigured)
        );
        refusal.message
    };
    assert_eq!(
        refused(&without.id).await,
        "the webhook secret of acme/b cannot be had: no `webhook_secret_ref` is set"
    );
    let before = "the webhook secret of acme/a cannot be had: secret `hook` ";
    for (content, problem) in [("", "is empty"), ("short", "is shorter than 8 bytes")] {
        registry.secret("hook", content);
        assert_eq!(refused(&with.id).await, format!("{before}{problem}"));
    }
    registry.secret("hook", "the-hooks-secret");
    registry.secret("hook.repositories", "github.com/acme/b\n");
    let problem = "has a list of repositories that does not name this one";
    assert_eq!(refused(&with.id).await, format!("{before}{problem}"));
    fs::remove_file(registry.path("hook")).unwrap();
    fs::remove_file(registry.path("hook.repositories")).unwrap();
    assert_eq!(refused(&with.id).await, format!("{before}does not exist in the secrets folder"));

    registry.delete_repo(&with.id, "").await.unwrap();
    for id in ["", "x", &with.id] {
        let refusal = registry.hook_secret(id).await.unwrap_err();
        assert_eq!(refusal.reason, ErrorReason::ConfigRepoNotFound, "{id}");
    }
}

/// §18.2 AC-7: whatever goes wrong with the hook, the config repository stays as it is and says what.
#[tokio::test]
async fn what_is_reported_of_a_hook_is_shown_and_changes_no_revision() {
    let registry = registry().await;
    let repo = registry.register(hooked()).await.unwrap();
    let failed = v1::ReportWebhookRequest {
        webhook_id: 0,
        secret_version: String::new(),
        error: "GitHub answered 404: give the token the scope admin:repo_hook".into(),
        ..fine(&repo.id)
    };
    registry.report_webhook(failed.clone()).await.unwrap();
    let shown = registry.repo(&repo.id).await.unwrap();
    assert_eq!((&shown.webhook_registration_error, shown.webhook_id), (&failed.error, 0));
    let checked = shown.webhook_checked_at.unwrap();
    let unchanged = v1::ConfigRepo {
        webhook_registration_error: String::new(),
        webhook_checked_at: None,
        ..shown.clone()
    };
    assert_eq!(unchanged, repo, "the etag and all else stay");

    registry.report_webhook(fine(&repo.id)).await.unwrap();
    let list = v1::ListConfigReposRequest::default();
    let listed = registry.config_repos().list_config_repos(list).await.unwrap().into_inner();
    let [shown] = listed.config_repos.as_slice() else { panic!("{listed:?}") };
    assert_eq!((shown.webhook_registration_error.as_str(), shown.webhook_id), ("", 17));
    let again = shown.webhook_checked_at.unwrap();
    assert!((again.seconds, again.nanos) > (checked.seconds, checked.nanos));
    assert_eq!((&shown.etag, shown.updated_at), (&repo.etag, repo.updated_at));
    // Whoever read it before can still update it.
    let update = v1::ConfigRepo { default_branch: "trunk".into(), ..repo.clone() };
    assert_eq!(registry.update_repo("default_branch", update).await.unwrap().webhook_id, 17);
}

#[tokio::test]
async fn a_reported_error_is_redacted_before_it_is_cut() {
    let registry = registry().await;
    let repo = registry.register(hooked()).await.unwrap();
    registry.mint(&repo.id).await.unwrap();
    let token = format!("gh{}_{}", "p", "A".repeat(36));
    // The credential, known by value, stands where the text is cut; the other is known by its shape.
    let error = format!("{token}\0 {} the-acme-credential and more", "x".repeat(945));
    registry.report_webhook(v1::ReportWebhookRequest { error, ..fine(&repo.id) }).await.unwrap();
    let shown = registry.repo(&repo.id).await.unwrap().webhook_registration_error;
    assert!(shown.chars().count() <= 1_000, "{}", shown.len());
    assert!(!shown.contains("the-acme") && !shown.contains("AAAA"), "{shown}");
    assert!(shown.contains("xxxx"), "{shown}");
}

#[tokio::test]
async fn a_report_that_nobody_can_mean_is_refused() {
    let registry = registry().await;
    let repo = registry.register(hooked()).await.unwrap();
    for (report, field) in [
        (v1::ReportWebhookRequest { webhook_id: -1, ..fine(&repo.id) }, "webhook_id"),
        (
            v1::ReportWebhookRequest { secret_version: "x".repeat(257), ..fine(&repo.id) },
            "secret_version",
        ),
        (
            v1::ReportWebhookRequest { secret_version: "\0".into(), ..fine(&repo.id) },
            "secret_version",
        ),
    ] {
        let refusal = registry.report_webhook(report).await.unwrap_err();
        assert_eq!(refusal.reason, ErrorReason::ValidationError);
        assert_eq!(refusal.violations[0].field, field);
    }
    registry.delete_repo(&repo.id, "").await.unwrap();
    for id in ["", "x", &repo.id] {
        let refusal = registry.report_webhook(fine(id)).await.unwrap_err();
        assert_eq!(refusal.reason, ErrorReason::ConfigRepoNotFound, "{id}");
    }
}

#[tokio::test]
async fn a_repository_that_comes_back_has_its_id_and_nothing_of_what_was_learned() {
    let registry = registry().await;
    let repo = registry.register(hooked()).await.unwrap();
    let error = "something".to_owned();
    registry.report_webhook(v1::ReportWebhookRequest { error, ..fine(&repo.id) }).await.unwrap();
    registry.report_repository(&repo.id, 5, "acme/a").await.unwrap();
    registry.delete_repo(&repo.id, "").await.unwrap();
    let again = registry.register(hooked()).await.unwrap();
    assert_eq!(again.id, repo.id);
    assert_eq!(
        (
            again.webhook_id,
            again.github_id,
            again.webhook_checked_at,
            again.webhook_registration_error
        ),
        (0, 0, None, String::new())
    );
    let sql = "SELECT webhook_secret_version IS NULL FROM config_repos";
    let client = registry.db.client().await.unwrap();
    assert!(client.query_one(sql, &[]).await.unwrap().get::<_, bool>(0));
}
