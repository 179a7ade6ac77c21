//! Looks up one config repository.

use pullwright_proto::registry::{GetConfigRepoRequest, GetConfigRepoResponse};

use crate::{App, Error, convert, error::Result, store::config_repos};

/// Returns one config repository.
///
/// # Errors
/// There is none of this id.
pub(super) async fn get_config_repo(
    app: &App,
    request: GetConfigRepoRequest,
) -> Result<GetConfigRepoResponse> {
    let found = match convert::id(&request.config_repo_id) {
        Some(id) => config_repos::find(&app.db.client().await?, id).await?,
        None => None,
    };
    let config_repo = found.ok_or(Error::ConfigRepoNotFound { id: request.config_repo_id })?;
    Ok(GetConfigRepoResponse { config_repo: Some(config_repo.into()) })
}
