//! Gives the runner the credential of one repository.

use pullwright_proto::registry::{MintCredentialRequest, MintCredentialResponse};
use pullwright_settings::ExposeSecret as _;

use crate::{App, Error, convert, credential, error::Result, store::config_repos};

/// Returns the credential of one repository, read now.
///
/// # Errors
/// There is no such repository, or its credential cannot be had.
pub(super) async fn mint_credential(
    app: &App,
    request: MintCredentialRequest,
) -> Result<MintCredentialResponse> {
    let found = match convert::id(&request.repository_id) {
        Some(id) => config_repos::find(&app.db.client().await?, id).await?,
        None => None,
    };
    let repo = found.ok_or(Error::ConfigRepoNotFound { id: request.repository_id })?;
    let token = credential::of(&app.secrets, &repo).await?;
    tracing::info!(repository.id = %repo.id, "gave out the credential of {}", repo.repository);
    // A personal access token does not say when it expires.
    Ok(MintCredentialResponse { token: token.expose_secret().to_owned(), expires_at: None })
}
