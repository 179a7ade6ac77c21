//! Webhook secrets that are being rotated: the new one is put in force, and the one before it goes when nobody needs it any more.
//!
//! The row says what is to be, the files follow: whoever crashed on the way, the next look goes on. Any number of replicas that share
//! the secrets folder may look.

use std::{sync::Arc, time::Duration};

use pullwright_rpc::explain::chain;

use crate::{
    App, Error,
    error::Result,
    store::{config_repos, secret_bindings, webhook_secret_rotations as rotations},
};

/// How often it is looked whether a rotation has ended.
const EVERY: Duration = Duration::from_secs(1);
/// How long it is waited when something went wrong, so that the log stays readable.
const AFTER_TROUBLE: Duration = Duration::from_secs(30);

/// Brings rotations to their end until the service stops.
pub(crate) async fn run(app: Arc<App>) {
    let look = async {
        loop {
            let pause = if settle_all(&app).await { EVERY } else { AFTER_TROUBLE };
            tokio::time::sleep(pause).await;
        }
    };
    tokio::select! {
        () = look => {}
        () = app.stop.cancelled() => {}
    }
}

/// Tells whether all went well.
async fn settle_all(app: &App) -> bool {
    let rotations = async { rotations::all(&app.db.client().await?).await };
    let rotations = match rotations.await {
        Ok(rotations) => rotations,
        Err(error) => {
            tracing::warn!(error.chain = chain(&error), "could not look for secrets in rotation");
            return false;
        }
    };
    let mut all_went_well = true;
    for rotation in rotations {
        all_went_well &= settle(app, &rotation.secret).await;
    }
    all_went_well
}

/// Takes the rotation of a secret as far as it goes now; tells whether all went well, and logs what did not: the next look tries again.
pub(crate) async fn settle(app: &App, secret: &str) -> bool {
    let settled = step(app, secret).await.inspect_err(|error| {
        tracing::warn!(error.chain = chain(error), "could not take the rotation of `{secret}` on");
    });
    settled.is_ok()
}

async fn step(app: &App, secret: &str) -> Result<()> {
    let read_only = |problem| Error::SecretsReadOnly { reference: secret.to_owned(), problem };
    let mut client = app.db.client().await?;
    let tx = client.begin().await?;
    secret_bindings::take_turns(&tx, secret).await?;
    let Some(rotation) = rotations::lock(&tx, secret).await? else { return Ok(()) };
    if app.secrets.turn(secret, &rotation.version).await.map_err(read_only)? {
        tracing::info!("put the new webhook secret `{secret}` in force");
    }
    match app.secrets.version(secret).await {
        Ok(version) if version == rotation.version => {}
        // Somebody wrote another one by hand: that is what the hooks are to have.
        Ok(version) => {
            rotations::set_version(&tx, secret, &version).await?;
            return Ok(tx.commit().await?);
        }
        Err(problem) => {
            tracing::warn!("the rotation of `{secret}` waits: it {problem}");
            return Ok(());
        }
    }
    let needed = app.secrets.has_previous(secret).await
        && (!rotation.is_over
            || !config_repos::without_version(&tx, secret, &rotation.version).await?.is_empty());
    if needed {
        return Ok(());
    }
    app.secrets.remove_previous(secret).await.map_err(read_only)?;
    rotations::end(&tx, secret).await?;
    tx.commit().await?;
    tracing::info!("the webhook secret before `{secret}` is taken no longer");
    Ok(())
}
