//! `POST /api/v1/config-repos`: registers a config repository. The provider follows from the address.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use pullwright_proto::registry::CreateConfigRepoRequest;
use serde::Deserialize;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{given::Given, shape::ConfigRepo, shown},
};

#[derive(Debug, Deserialize)]
pub(in crate::rest) struct NewConfigRepo {
    #[serde(default)]
    name: String,
    #[serde(default)]
    repo_url: String,
    default_branch: Option<String>,
    pr_base_branch: Option<String>,
    auth_ref: Option<String>,
    webhook_secret_ref: Option<String>,
}

pub(in crate::rest) async fn create(
    State(app): State<Arc<App>>,
    Given(new): Given<NewConfigRepo>,
) -> Result<(StatusCode, Json<ConfigRepo>), ApiError> {
    let request = CreateConfigRepoRequest {
        name: new.name,
        repo_url: new.repo_url,
        default_branch: new.default_branch.unwrap_or_default(),
        pr_base_branch: new.pr_base_branch.unwrap_or_default(),
        auth_ref: new.auth_ref.unwrap_or_default(),
        webhook_secret_ref: new.webhook_secret_ref.unwrap_or_default(),
        ..CreateConfigRepoRequest::default()
    };
    let mut config_repos = app.cores.config_repos.clone();
    let created = ask(Core::Registry, config_repos.create_config_repo(request)).await?;
    Ok((StatusCode::CREATED, Json(shown(Core::Registry, created.config_repo)?)))
}
