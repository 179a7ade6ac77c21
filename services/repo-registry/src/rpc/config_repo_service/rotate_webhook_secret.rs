//! Gives a config repository, and all that share its webhook secret, a new one.

use pullwright_pg::Transaction;
use pullwright_proto::registry::{RotateWebhookSecretRequest, RotateWebhookSecretResponse};

use crate::{
    App, Error, convert, credential,
    error::Result,
    rotation,
    rpc::repeat::Call,
    store::{config_repos, secret_bindings, webhook_secret_rotations as rotations},
};

/// Makes a new webhook secret and lets the hooks of all config repositories that share it be registered anew; the one before it is
/// taken until they all have the new one, and for the overlap at least.
///
/// The new secret lies beside the one in force when the transaction commits, and is put in force then: a crash in between is made good
/// by the next look at the rotations. A second rotation is refused as long as a hook may still sign with what it would push out.
///
/// # Errors
/// There is no such config repository, it has no webhook secret, the last rotation is under way, or the secrets folder cannot be
/// written to.
pub(super) async fn rotate_webhook_secret(
    app: &App,
    mut request: RotateWebhookSecretRequest,
) -> Result<RotateWebhookSecretResponse> {
    let request_id = std::mem::take(&mut request.request_id);
    let call = Call::new("RotateWebhookSecret", request_id, &request);
    let answer = call.once(app, async |tx| rotate(app, tx, &request.config_repo_id).await).await?;
    // Of a repeated call, too: the first one may not have come this far.
    if let Some(repo) = &answer.config_repo {
        rotation::settle(app, &repo.webhook_secret_ref).await;
    }
    Ok(answer)
}

/// Writes the new secret beside the one in force, and in the rows that it comes in; gives the answer and what logs that it was done.
async fn rotate(
    app: &App,
    tx: &Transaction<'_>,
    config_repo_id: &str,
) -> Result<(RotateWebhookSecretResponse, impl FnOnce() + use<>)> {
    let missing = || Error::no_config_repo(config_repo_id);
    let id = convert::id(config_repo_id).ok_or_else(missing)?;
    let found = config_repos::find(tx, id).await?.ok_or_else(missing)?;
    let current = credential::hook(&app.secrets, &found).await?;
    let secret = found.webhook_secret_ref.unwrap_or_default();
    let read_only = |problem| Error::SecretsReadOnly { reference: secret.clone(), problem };
    // The secret before its repositories, as whoever rotates it by way of another of them does.
    secret_bindings::take_turns(tx, &secret).await?;
    let sharing = config_repos::lock_sharing(tx, &secret).await?;
    if !sharing.iter().any(|repo| repo.id == id) {
        return Err(Error::EtagMismatch { kind: "config repository", id: id.to_string() });
    }
    let version = match rotations::lock(tx, &secret).await? {
        // Whoever was faster may not have put its secret in force yet.
        Some(last) => {
            app.secrets.turn(&secret, &last.version).await.map_err(read_only)?;
            last.version
        }
        None => current.version,
    };
    if app.secrets.has_previous(&secret).await {
        let lacking = config_repos::without_version(tx, &secret, &version).await?;
        if !lacking.is_empty() {
            let repositories = lacking.join(", ");
            return Err(Error::RotationUnderWay { reference: secret, repositories });
        }
    }
    let next = app.secrets.make_next(&secret).await.map_err(read_only)?;
    rotations::begin(tx, &secret, &next, app.webhook_secret_overlap).await?;
    config_repos::touch(tx, &secret).await?;
    let rotated = config_repos::find(tx, id).await?.ok_or_else(missing)?;
    let answer = RotateWebhookSecretResponse {
        config_repo: Some(rotated.into()),
        config_repo_names: sharing.into_iter().map(|repo| repo.name).collect(),
    };
    let log = move || tracing::info!(repository.id = %id, "rotated webhook secret `{secret}`");
    Ok((answer, log))
}
