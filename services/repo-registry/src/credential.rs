//! From a config repository, or an App, to its secrets: what the secret's own list and the folder allow right now.

use jiff::Timestamp;
use pullwright_settings::{ExposeSecret as _, SecretString};
use pullwright_types::RepositoryUrl;

use crate::{
    Error,
    app_token::{self, AppToken},
    domain::{ConfigRepo, GitHubApp},
    error::Result,
    secrets::{Secrets, Versioned},
};

/// Reads the credential of `repo`.
///
/// # Errors
/// It cannot be had; the error names the reference, never a value.
pub async fn of(secrets: &Secrets, repo: &ConfigRepo) -> Result<SecretString> {
    let refused = |problem: String| Error::NotConfigured {
        repository: repo.repository.to_string(),
        reference: repo.auth_ref.clone(),
        problem,
    };
    listed(secrets, &repo.auth_ref, repo).await.map_err(refused)?;
    secrets.read_credential(&repo.auth_ref).await.map_err(|problem| refused(problem.to_string()))
}

/// A webhook's secrets.
pub struct WebhookSecrets {
    /// The secret in force.
    pub current: SecretString,
    /// The one before it, while both are valid.
    pub previous: Option<SecretString>,
}

/// Reads the webhook secrets of `repo` that `reference` names.
///
/// # Errors
/// They cannot be had, as a sentence part after the reference; never a value.
pub async fn webhook(
    secrets: &Secrets,
    reference: &str,
    repo: &ConfigRepo,
) -> Result<WebhookSecrets, String> {
    listed(secrets, reference, repo).await?;
    app_webhook(secrets, reference).await
}

/// Reads the webhook secrets of an App that `reference` names.
///
/// # Errors
/// They cannot be had, as a sentence part after the reference; never a value.
pub async fn app_webhook(secrets: &Secrets, reference: &str) -> Result<WebhookSecrets, String> {
    let current = secrets.read(reference).await.map_err(|problem| problem.to_string())?;
    let previous = secrets
        .read_previous(reference)
        .await
        .map_err(|problem| format!("has a previous value that {problem}"))?;
    Ok(WebhookSecrets { current, previous })
}

/// Reads the secret that the hook of `repo` is to have.
///
/// # Errors
/// The repository names none, or it cannot be had; the error names the reference, never a value.
pub async fn hook(secrets: &Secrets, repo: &ConfigRepo) -> Result<Versioned> {
    let refused = |problem: String| Error::WebhookSecretNotConfigured {
        repository: repo.repository.to_string(),
        problem,
    };
    let Some(reference) = repo.webhook_secret_ref.as_deref() else {
        return Err(refused("no `webhook_secret_ref` is set".to_owned()));
    };
    let unusable = |problem: String| refused(format!("secret `{reference}` {problem}"));
    listed(secrets, reference, repo).await.map_err(unusable)?;
    secrets.read_version(reference).await.map_err(|problem| unusable(problem.to_string()))
}

/// Signs a token for a GitHub App itself.
///
/// # Errors
/// Its private key cannot be had, or cannot sign; the error names the reference, never a value.
pub async fn app_token(secrets: &Secrets, app: &GitHubApp, now: Timestamp) -> Result<AppToken> {
    let refused = |problem: String| Error::AppNotConfigured {
        slug: app.configured.slug.clone(),
        reference: app.configured.private_key.clone(),
        problem,
    };
    let key = secrets
        .read(&app.configured.private_key)
        .await
        .map_err(|problem| refused(problem.to_string()))?;
    app_token::sign(key.expose_secret(), app.configured.github_id, now)
        .map_err(|problem| refused(problem.to_string()))
}

/// Asks the secret's list again: it may have been written, or changed, since the registration.
async fn listed(secrets: &Secrets, reference: &str, repo: &ConfigRepo) -> Result<(), String> {
    let url = RepositoryUrl { host: repo.host.clone(), repository: repo.repository.clone() };
    match secrets.lists(reference, &url).await {
        Ok(None | Some(true)) => Ok(()),
        Ok(Some(false)) => Err("has a list of repositories that does not name this one".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}
