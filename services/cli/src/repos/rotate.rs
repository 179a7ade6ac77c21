//! `pullwright repos rotate`

use pullwright_proto::registry::{RotateWebhookSecretRequest, RotateWebhookSecretResponse};
use uuid::Uuid;

use super::find;
use crate::{
    confirm::confirm,
    connect::Cores,
    error::Result,
    exit::Exit,
    output::{Moment as _, Output, clean, good},
};

pub(super) async fn rotate(cores: &Cores, repo: &str, yes: bool, output: Output) -> Result<Exit> {
    let config_repo_id = find(cores, repo).await?;
    let consequence = format!(
        "This makes a new webhook secret for {} and for all that share it; their webhooks get it from a runner",
        clean(repo)
    );
    if !yes && !confirm("rotating a secret", &consequence, output)? {
        return Ok(Exit::No);
    }
    let request =
        RotateWebhookSecretRequest { config_repo_id, request_id: Uuid::now_v7().to_string() };
    let rotated =
        cores.config_repos().rotate_webhook_secret(cores.request(request)).await?.into_inner();
    output.show("pullwright.registry.v1.RotateWebhookSecretResponse", &rotated, text)?;
    Ok(Exit::Success)
}

fn text(rotated: &RotateWebhookSecretResponse) -> String {
    let names = rotated.config_repo_names.join(", ");
    let until = rotated.config_repo.clone().unwrap_or_default().previous_webhook_secret_until;
    let mark = good("rotated");
    format!(
        "{mark} the webhook secret of {names}; the one before is taken until {} and until their webhooks have the new one",
        until.shown()
    )
}
