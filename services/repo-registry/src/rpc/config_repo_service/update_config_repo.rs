//! Changes a config repository: its name, its branches, its secrets.

use pullwright_proto::registry::{UpdateConfigRepoRequest, UpdateConfigRepoResponse};
use pullwright_types::RepositoryUrl;

use super::binding;
use crate::{
    App, Error, convert,
    domain::{ConfigRepo, ConfigRepoChange},
    error::Result,
    rpc::{given, repeat::Call},
    store::config_repos,
};

/// Takes over the fields that the mask names and binds the secrets that are new; generations that were accepted before keep what
/// they froze. Its address stays: another repository is another registration.
///
/// # Errors
/// In this order: a field is malformed, there is no such config repository, the etag is old, the secret is not there, it belongs
/// to another, the name is taken.
pub(super) async fn update_config_repo(
    app: &App,
    mut request: UpdateConfigRepoRequest,
) -> Result<UpdateConfigRepoResponse> {
    let request_id = std::mem::take(&mut request.request_id);
    let call = Call::new("UpdateConfigRepo", request_id, &request);
    let mask = given::mask(request.update_mask, ConfigRepoChange::FIELDS)?;
    let given = given::resource("config_repo", request.config_repo)?;
    let change = ConfigRepoChange::masked(&mask, given.clone().into()).check()?;
    let missing = || Error::no_config_repo(&given.id);
    let id = convert::id(&given.id).ok_or_else(missing)?;

    call.once(app, async |tx| {
        let found = config_repos::lock(tx, id).await?.ok_or_else(missing)?;
        given::etag("config repository", id, found.etag, &given.etag)?;
        mask.keeps(&[
            ("provider", &given.provider, &found.provider),
            ("repo_url", &given.repo_url, &found.repo_url),
        ])?;
        let auth_ref = match &change.auth_ref {
            Some(named) => Some(named.as_deref().ok_or(Error::NoInstallation)?),
            None => None,
        };
        if let Some(auth_ref) = auth_ref {
            binding::exists(app, auth_ref).await?;
        }
        let url = RepositoryUrl { host: found.host.clone(), repository: found.repository.clone() };
        let webhook_secret_ref = change.webhook_secret_ref.as_ref().and_then(|named| named.as_deref());
        binding::all(app, tx, &url, auth_ref, webhook_secret_ref).await?;
        let changed = ConfigRepo {
            auth_ref: auth_ref.map_or(found.auth_ref, str::to_owned),
            name: change.name.unwrap_or(found.name),
            default_branch: change.default_branch.unwrap_or(found.default_branch),
            pr_base_branch: change.pr_base_branch.unwrap_or(found.pr_base_branch),
            webhook_secret_ref: change.webhook_secret_ref.unwrap_or(found.webhook_secret_ref),
            ..found
        };
        let updated = config_repos::update(tx, &changed).await?;
        let answer = UpdateConfigRepoResponse { config_repo: Some(updated.into()) };
        Ok((answer, move || tracing::info!(repository.id = %id, "updated config repository {}", changed.name)))
    })
    .await
}
