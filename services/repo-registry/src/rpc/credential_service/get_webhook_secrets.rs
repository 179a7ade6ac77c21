//! Gives ingress the secrets that a delivery may be signed with.

use pullwright_proto::registry::{
    GetWebhookSecretsRequest, GetWebhookSecretsResponse, WebhookSecrets,
};
use pullwright_settings::ExposeSecret as _;
use pullwright_types::RepositoryName;

use crate::{
    App, credential,
    domain::{ConfigRepo, GitHubApp},
    error::Result,
    store::config_repos,
};

/// The most secrets that a delivery is held against; as many Apps can be configured.
const MOST: usize = 8;

/// Returns the Apps' webhook secrets, when the delivery claims to be one of theirs, and those of the registered repositories of this
/// full name or this id of GitHub's; none for what no repository can have.
///
/// What a delivery claims only picks secrets, and proves nothing. A secret that cannot be had is left out and named in the log, so
/// that it does not spoil the others.
///
/// # Errors
/// The database is away.
pub(super) async fn get_webhook_secrets(
    app: &App,
    request: GetWebhookSecretsRequest,
) -> Result<GetWebhookSecretsResponse> {
    let name = RepositoryName::parse(&request.full_name).ok();
    let github_id = Some(request.repository_github_id).filter(|id| *id > 0);
    let repos = if name.is_some() || github_id.is_some() {
        config_repos::of_repository(&app.db.client().await?, name.as_ref(), github_id).await?
    } else {
        Vec::new()
    };
    let mut secrets = Vec::new();
    if request.from_app {
        for github_app in &app.github_apps {
            let repo = meant(&repos, &github_app.configured.host, github_id);
            secrets.extend(of_app(app, github_app, repo).await);
        }
    }
    for repo in &repos {
        if secrets.len() < MOST {
            secrets.extend(of_repository(app, repo).await);
        }
    }
    Ok(GetWebhookSecretsResponse { secrets })
}

/// Which of the repositories that were found is the one on this host: the one with GitHub's id, otherwise the one with the name, unless
/// it is known to be another repository.
fn meant<'r>(
    repos: &'r [ConfigRepo],
    host: &str,
    github_id: Option<i64>,
) -> Option<&'r ConfigRepo> {
    let here = || repos.iter().filter(|repo| repo.host == host);
    let Some(github_id) = github_id else { return here().next() };
    here()
        .find(|repo| repo.github_id == Some(github_id))
        .or_else(|| here().find(|repo| repo.github_id.is_none()))
}

async fn of_app(
    app: &App,
    github_app: &GitHubApp,
    repo: Option<&ConfigRepo>,
) -> Option<WebhookSecrets> {
    let configured = &github_app.configured;
    let reference = configured.webhook_secret.as_deref()?;
    match credential::app_webhook(&app.secrets, reference).await {
        Ok(found) => Some(WebhookSecrets {
            app_id: github_app.id.to_string(),
            host: configured.host.clone(),
            ..entry(repo, &found)
        }),
        Err(problem) => {
            tracing::warn!(
                app.id = %github_app.id,
                "left out the webhook secret of the GitHub App {}: `{reference}` {problem}",
                configured.slug
            );
            None
        }
    }
}

async fn of_repository(app: &App, repo: &ConfigRepo) -> Option<WebhookSecrets> {
    let reference = repo.webhook_secret_ref.as_deref()?;
    match credential::webhook(&app.secrets, reference, repo).await {
        Ok(found) => Some(entry(Some(repo), &found)),
        Err(problem) => {
            tracing::warn!(
                repository.id = %repo.id,
                "left out the webhook secret of {}: `{reference}` {problem}",
                repo.repository
            );
            None
        }
    }
}

fn entry(repo: Option<&ConfigRepo>, found: &credential::WebhookSecrets) -> WebhookSecrets {
    let previous = found.previous.as_ref().map(|secret| secret.expose_secret().to_owned());
    WebhookSecrets {
        repository_id: repo.map(|repo| repo.id.to_string()).unwrap_or_default(),
        host: repo.map(|repo| repo.host.clone()).unwrap_or_default(),
        current: found.current.expose_secret().to_owned(),
        previous: previous.unwrap_or_default(),
        app_id: String::new(),
        full_name: repo.map(|repo| repo.repository.to_string()).unwrap_or_default(),
        repository_github_id: repo.and_then(|repo| repo.github_id).unwrap_or_default(),
    }
}
