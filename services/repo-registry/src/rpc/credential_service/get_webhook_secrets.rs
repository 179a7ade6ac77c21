//! Gives ingress the secrets that a delivery may be signed with.

use pullwright_proto::registry::{
    GetWebhookSecretsRequest, GetWebhookSecretsResponse, WebhookSecrets,
};
use pullwright_settings::ExposeSecret as _;
use pullwright_types::RepositoryName;

use crate::{App, credential, error::Result, store::config_repos};

/// Returns the webhook secrets of all registered repositories of this full name; none for a name that no repository can have.
///
/// A repository whose secret cannot be had is left out and named in the log, so that it does not spoil the others.
///
/// # Errors
/// The database is away.
pub(super) async fn get_webhook_secrets(
    app: &App,
    request: GetWebhookSecretsRequest,
) -> Result<GetWebhookSecretsResponse> {
    let Ok(repository) = RepositoryName::parse(&request.full_name) else {
        return Ok(GetWebhookSecretsResponse::default());
    };
    let repos = config_repos::with_webhook(&app.db.client().await?, &repository).await?;
    let mut secrets = Vec::with_capacity(repos.len());
    for repo in repos {
        let Some(reference) = repo.webhook_secret_ref.as_deref() else { continue };
        match credential::webhook(&app.secrets, reference, &repo).await {
            Ok(found) => secrets.push(WebhookSecrets {
                repository_id: repo.id.to_string(),
                host: repo.host,
                current: found.current.expose_secret().to_owned(),
                previous: found
                    .previous
                    .map(|secret| secret.expose_secret().to_owned())
                    .unwrap_or_default(),
                ..WebhookSecrets::default()
            }),
            Err(problem) => tracing::warn!(
                repository.id = %repo.id,
                "left out the webhook secret of {}: `{reference}` {problem}",
                repo.repository
            ),
        }
    }
    Ok(GetWebhookSecretsResponse { secrets })
}
