//! Registers a config repository.

use pullwright_proto::registry::{CreateConfigRepoRequest, CreateConfigRepoResponse};
use pullwright_types::RepositoryUrl;
use uuid::Uuid;

use super::binding;
use crate::{
    App, Error, domain::NewConfigRepo, error::Result, rpc::repeat::Call, store::config_repos,
};

/// Registers a config repository and binds the secrets that it names; neither is without the other.
///
/// A repository that was registered before and deleted gets the id that it had.
///
/// # Errors
/// In the order of the contract: the form, the host, the secret, its binding, the name, the address.
pub(super) async fn create_config_repo(
    app: &App,
    mut request: CreateConfigRepoRequest,
) -> Result<CreateConfigRepoResponse> {
    let request_id = std::mem::take(&mut request.request_id);
    let call = Call::new("CreateConfigRepo", request_id, &request);
    let new = NewConfigRepo::from(request).check()?;
    let url = RepositoryUrl::parse(&new.repo_url, &app.hosts)
        .map_err(|_| Error::UnsupportedProvider { hosts: app.hosts.names() })?;

    call.once(app, async |tx| {
        let auth_ref = new.auth_ref.as_deref().ok_or(Error::NoInstallation)?;
        binding::exists(app, auth_ref).await?;
        binding::all(app, tx, &url, Some(auth_ref), new.webhook_secret_ref.as_deref()).await?;
        let repo = config_repos::insert(tx, Uuid::now_v7(), &new, &url, auth_ref).await?;
        let id = repo.id;
        let answer = CreateConfigRepoResponse { config_repo: Some(repo.into()) };
        Ok((answer, move || tracing::info!(repository.id = %id, repository.name = %url, "registered config repository {}", new.name)))
    })
    .await
}
