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
    let missing = || Error::no_config_repo(&request.config_repo_id);
    let id = convert::id(&request.config_repo_id).ok_or_else(missing)?;
    let repo = config_repos::find(&app.db.client().await?, id).await?.ok_or_else(missing)?;
    Ok(GetConfigRepoResponse { config_repo: Some(repo.into()) })
}
