//! Gives the runner a token that speaks for a GitHub App itself.

use pullwright_proto::registry::{MintAppTokenRequest, MintAppTokenResponse};
use pullwright_settings::ExposeSecret as _;

use crate::{App, Error, convert, credential, error::Result};

/// Signs a token for an App, for less than ten minutes.
///
/// # Errors
/// No such App is configured, or its private key cannot be had or cannot sign.
pub(super) async fn mint_app_token(
    app: &App,
    request: MintAppTokenRequest,
) -> Result<MintAppTokenResponse> {
    let missing = || Error::no_app(&request.app_id);
    let id = convert::id(&request.app_id).ok_or_else(missing)?;
    let github_app = app.github_apps.iter().find(|known| known.id == id).ok_or_else(missing)?;
    let signed = credential::app_token(&app.secrets, github_app, app.clock.now()).await?;
    tracing::info!(app.id = %id, "gave out a token of the GitHub App {}", github_app.configured.slug);
    Ok(MintAppTokenResponse {
        token: signed.token.expose_secret().to_owned(),
        expires_at: Some(convert::timestamp(signed.expires_at)),
    })
}
