//! Gives the runner the credential of one repository.

use pullwright_proto::registry::{MintCredentialRequest, MintCredentialResponse};
use pullwright_settings::ExposeSecret as _;

use crate::{App, Error, convert, credential, error::Result, store::config_repos};

/// Returns the credential of one repository, read now.
///
/// A deleted repository has none: whoever deletes it takes its credential out of use. The ledger lets it be deleted only when no
/// job needs it, so no work of ours is lost; a job that slipped in meanwhile ends with CONFIG_REPO_NOT_FOUND before its next effect,
/// and can be taken up when the repository is registered again, as it keeps its id and so its branches.
///
/// # Errors
/// There is no such repository, or its credential cannot be had.
pub(super) async fn mint_credential(
    app: &App,
    request: MintCredentialRequest,
) -> Result<MintCredentialResponse> {
    let missing = || Error::no_config_repo(&request.repository_id);
    let id = convert::id(&request.repository_id).ok_or_else(missing)?;
    let repo = config_repos::find(&app.db.client().await?, id).await?.ok_or_else(missing)?;
    let token = credential::of(&app.secrets, &repo).await?;
    tracing::info!(repository.id = %repo.id, "gave out the credential of {}", repo.repository);
    // A personal access token does not say when it expires.
    Ok(MintCredentialResponse { token: token.expose_secret().to_owned(), expires_at: None })
}
