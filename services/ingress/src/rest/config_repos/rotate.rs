//! `POST /api/v1/config-repos/{id}/rotate-webhook-secret`: a new secret; the one before it is taken until all hooks have the new one.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::registry::RotateWebhookSecretRequest;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        given::{ConfigRepoId, Id, Key, OrNothing},
        shape::{One, WebhookSecretRotation},
        shown,
    },
};

/// Nothing is to be said: the secret is made by the registry and shown to nobody.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(example = json!({}))]
pub(in crate::rest) struct RotateWebhookSecret {}

pub(in crate::rest) async fn rotate(
    State(app): State<Arc<App>>,
    id: Id<ConfigRepoId>,
    Key(request_id): Key,
    OrNothing(RotateWebhookSecret {}): OrNothing<RotateWebhookSecret>,
) -> Result<One<WebhookSecretRotation>, ApiError> {
    let request = RotateWebhookSecretRequest { config_repo_id: id.to_string(), request_id };
    let mut config_repos = app.cores.config_repos.clone();
    let rotated = ask(Core::Registry, config_repos.rotate_webhook_secret(request)).await?;
    Ok(One(shown(Core::Registry, Some(rotated))?))
}
