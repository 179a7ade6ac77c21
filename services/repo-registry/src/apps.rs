//! GitHub Apps: from what is configured to what has an id here and its secrets to itself.

use pullwright_pg::Pool;
use uuid::Uuid;

use crate::{
    Error,
    domain::{Binding, ConfiguredApp, GitHubApp, SecretKind},
    error::Result,
    store::{apps, secret_bindings},
};

/// Gives each App the id that it has, or a new one, and binds its secrets, so that no registration can name them; all or none.
///
/// An App that is configured no longer keeps its id and its bindings, should it come back.
///
/// # Errors
/// A secret is used otherwise already, or the database is away.
pub async fn register(db: &Pool, configured: Vec<ConfiguredApp>) -> Result<Vec<GitHubApp>> {
    let mut registered = Vec::with_capacity(configured.len());
    let mut client = db.client().await?;
    let tx = client.begin().await?;
    for app in configured {
        let secrets = [
            (SecretKind::AppPrivateKey, Some(&app.private_key)),
            (SecretKind::AppWebhookSecret, app.webhook_secret.as_ref()),
        ];
        for (kind, secret) in secrets {
            let Some(secret) = secret else { continue };
            let bound =
                secret_bindings::bind(&tx, secret, &Binding::new(kind, &app.host, "")).await?;
            if bound.kind != kind {
                return Err(Error::AppSecretInUse {
                    slug: app.slug.clone(),
                    reference: secret.clone(),
                    kind: bound.kind,
                });
            }
        }
        let id = apps::id(&tx, Uuid::now_v7(), &app.host, app.github_id).await?;
        registered.push(GitHubApp { id, configured: app });
    }
    tx.commit().await?;
    registered.sort_by(|a, b| (&a.configured.host, a.id).cmp(&(&b.configured.host, b.id)));
    Ok(registered)
}
