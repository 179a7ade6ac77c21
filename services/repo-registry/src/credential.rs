//! From a config repository to its secrets: what its own list and the folder allow right now.

use pullwright_settings::SecretString;
use pullwright_types::RepositoryUrl;

use crate::{Error, domain::ConfigRepo, error::Result, secrets::Secrets};

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
    let current = secrets.read(reference).await.map_err(|problem| problem.to_string())?;
    let previous = secrets
        .read_previous(reference)
        .await
        .map_err(|problem| format!("has a previous value that {problem}"))?;
    Ok(WebhookSecrets { current, previous })
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
