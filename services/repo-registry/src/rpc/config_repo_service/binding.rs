//! Secrets that a config repository names: whether they are there, and whether it may name them.

use pullwright_pg::Transaction;
use pullwright_types::RepositoryUrl;

use crate::{
    App, Error,
    domain::{Binding, SecretKind},
    error::Result,
    store::secret_bindings,
};

/// Sees that the secret that `auth_ref` names is there.
///
/// # Errors
/// It is not, or cannot be a credential.
pub(super) async fn exists(app: &App, auth_ref: &str) -> Result<()> {
    app.secrets.exists(auth_ref).await.map_err(|problem| Error::AuthRefNotFound {
        reference: auth_ref.to_owned(),
        problem: problem.to_string(),
    })
}

/// Binds the secrets that a config repository comes to name.
///
/// # Errors
/// One of them belongs to another owner or another use.
pub(super) async fn all(
    app: &App,
    tx: &Transaction<'_>,
    url: &RepositoryUrl,
    auth_ref: Option<&str>,
    webhook_secret_ref: Option<&str>,
) -> Result<()> {
    if let Some(reference) = auth_ref {
        bind(app, tx, "auth_ref", reference, SecretKind::Credential, url).await?;
    }
    if let Some(reference) = webhook_secret_ref {
        bind(app, tx, "webhook_secret_ref", reference, SecretKind::WebhookSecret, url).await?;
    }
    Ok(())
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
