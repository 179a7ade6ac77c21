//! Gives the runner the secret that a repository's hook is to have.

use pullwright_proto::registry::{GetHookSecretRequest, GetHookSecretResponse};
use pullwright_settings::ExposeSecret as _;

use crate::{App, Error, convert, credential, error::Result, store::config_repos};

/// Returns the webhook secret in force and which version of it this is, read now.
///
/// # Errors
/// There is no such repository, it names no webhook secret, or the secret cannot be had.
pub(super) async fn get_hook_secret(
    app: &App,
    request: GetHookSecretRequest,
) -> Result<GetHookSecretResponse> {
    let missing = || Error::no_config_repo(&request.repository_id);
    let id = convert::id(&request.repository_id).ok_or_else(missing)?;
    let repo = config_repos::find(&app.db.client().await?, id).await?.ok_or_else(missing)?;
    let hook = credential::hook(&app.secrets, &repo).await?;
    tracing::info!(repository.id = %repo.id, "gave out the webhook secret of {}", repo.repository);
    Ok(GetHookSecretResponse {
        secret: hook.secret.expose_secret().to_owned(),
        version: hook.version,
    })
}
