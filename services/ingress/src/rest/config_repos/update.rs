//! `PATCH /api/v1/config-repos/{id}`: a merge patch; touches later pull requests only.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::registry::{self, UpdateConfigRepoRequest};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    App,
    cores::{Core, ask},
    edge::{error::ApiError, fields::Fields},
    rest::{
        given::{ConfigRepoId, Id, IfMatch, Key, Mask, Member, Patch, Patched},
        shape::{ConfigRepo, Tagged},
        shown,
    },
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"pr_base_branch": "release", "webhook_secret_ref": null}))]
pub(in crate::rest) struct ConfigRepoPatch {
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 128, pattern = "^[a-z0-9][a-z0-9-]*$")]
    name: Member<String>,
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 128, pattern = "^[A-Za-z0-9][A-Za-z0-9._/-]*$")]
    default_branch: Member<String>,
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 128, pattern = "^[A-Za-z0-9][A-Za-z0-9._/-]*$")]
    pr_base_branch: Member<String>,
    /// Null: the covering App installation.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 128, pattern = "^[A-Za-z0-9_-]*$")]
    auth_ref: Member<String>,
    /// Null: no webhook.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 128, pattern = "^[A-Za-z0-9_-]*$")]
    webhook_secret_ref: Member<String>,
    /// The ETag that was read, when it does not stand in `If-Match`.
    etag: Option<String>,
}

impl Patch for ConfigRepoPatch {
    // Another address is another config repository.
    const MEMBERS: &'static [&'static str] =
        &["name", "default_branch", "pr_base_branch", "auth_ref", "webhook_secret_ref"];
}

pub(in crate::rest) async fn update(
    State(app): State<Arc<App>>,
    id: Id<ConfigRepoId>,
    Key(request_id): Key,
    if_match: IfMatch,
    Patched(patch): Patched<ConfigRepoPatch>,
) -> Result<Tagged<ConfigRepo>, ApiError> {
    let mut mask = Mask::default();
    let config_repo = registry::ConfigRepo {
        id: id.to_string(),
        name: mask.set("name", patch.name)?,
        default_branch: mask.set("default_branch", patch.default_branch)?,
        pr_base_branch: mask.set("pr_base_branch", patch.pr_base_branch)?,
        auth_ref: mask.set_or_clear("auth_ref", patch.auth_ref),
        webhook_secret_ref: mask.set_or_clear("webhook_secret_ref", patch.webhook_secret_ref),
        etag: if_match.or(patch.etag)?,
        ..registry::ConfigRepo::default()
    };
    let update_mask = mask.done::<ConfigRepoPatch>()?;
    let request =
        UpdateConfigRepoRequest { config_repo: Some(config_repo), update_mask, request_id };
    let mut config_repos = app.cores.config_repos.clone();
    let updated = ask(Core::Registry, config_repos.update_config_repo(request)).await;
    let updated =
        updated.map_err(|error| error.in_terms_of(&Fields::default().unwrap("config_repo")))?;
    Ok(Tagged(shown(Core::Registry, updated.config_repo)?))
}
