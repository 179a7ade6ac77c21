//! Registers a config repository.

use pullwright_pg::Transaction;
use pullwright_proto::registry::{CreateConfigRepoRequest, CreateConfigRepoResponse};
use pullwright_types::RepositoryUrl;
use uuid::Uuid;

use crate::{
    App, Error,
    domain::{Binding, NewConfigRepo, SecretKind},
    error::Result,
    store::{config_repos, secret_bindings},
};

/// Registers a config repository and binds the secrets that it names; neither is without the other.
///
/// # Errors
/// In the order of the contract: the form, the host, the secret, its binding, the name, the address.
pub(super) async fn create_config_repo(
    app: &App,
    request: CreateConfigRepoRequest,
) -> Result<CreateConfigRepoResponse> {
    let new = NewConfigRepo::from(request).check()?;
    let url = RepositoryUrl::parse(&new.repo_url, &app.hosts)
        .map_err(|_| Error::UnsupportedProvider { hosts: app.hosts.names() })?;
    let auth_ref = new.auth_ref.as_deref().ok_or(Error::NoInstallation)?;
    app.secrets.exists(auth_ref).await.map_err(|problem| Error::AuthRefNotFound {
        reference: auth_ref.to_owned(),
        problem: problem.to_string(),
    })?;

    let mut client = app.db.client().await?;
    let tx = client.begin().await?;
    bind(app, &tx, "auth_ref", auth_ref, SecretKind::Credential, &url).await?;
    if let Some(reference) = &new.webhook_secret_ref {
        bind(app, &tx, "webhook_secret_ref", reference, SecretKind::WebhookSecret, &url).await?;
    }
    let repo = config_repos::insert(&tx, Uuid::now_v7(), &new, &url, auth_ref).await?;
    tx.commit().await?;

    tracing::info!(repository.id = %repo.id, repository.name = %url, "registered config repository {}", repo.name);
    Ok(CreateConfigRepoResponse { config_repo: Some(repo.into()) })
}

/// Holds a secret's own list and its binding against the repository; binds it when it is free.
async fn bind(
    app: &App,
    tx: &Transaction<'_>,
    field: &'static str,
    reference: &str,
    kind: SecretKind,
    url: &RepositoryUrl,
) -> Result<()> {
    let refused =
        |problem: String| Error::AuthRefInUse { field, reference: reference.to_owned(), problem };
    let listed =
        app.secrets.lists(reference, url).await.map_err(|error| refused(error.to_string()))?;
    if listed == Some(false) {
        return Err(refused("has a list of repositories that does not name this one".to_owned()));
    }
    let wanted = Binding::new(kind, &url.host, url.repository.owner());
    let bound = secret_bindings::bind(tx, reference, &wanted).await?;
    bound.admits(&wanted, listed.is_some()).map_err(|problem| refused(problem.to_owned()))
}
