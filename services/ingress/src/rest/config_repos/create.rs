//! `POST /api/v1/config-repos`: registers a config repository. The provider follows from the address.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::registry::CreateConfigRepoRequest;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        given::{Filled, Given, Key},
        shape::{ConfigRepo, Tagged},
        shown,
    },
};

#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"name": "search-config", "repo_url": "https://github.com/acme/search-config", "pr_base_branch": "main", "auth_ref": "acme_pat", "webhook_secret_ref": null}))]
pub(in crate::rest) struct NewConfigRepo {
    #[serde(default)]
    #[schema(required, min_length = 1, max_length = 128, pattern = "^[a-z0-9][a-z0-9-]*$")]
    name: String,
    /// `{web}/{owner}/{name}`, where web is a configured host.
    #[serde(default)]
    #[schema(required, min_length = 1, max_length = 512)]
    repo_url: String,
    /// `main` when it is not given.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 128, pattern = "^[A-Za-z0-9][A-Za-z0-9._/-]*$")]
    default_branch: Option<Filled>,
    /// The branch that pull requests ask to be merged into; `main` when it is not given.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 128, pattern = "^[A-Za-z0-9][A-Za-z0-9._/-]*$")]
    pr_base_branch: Option<Filled>,
    /// The secret that holds its credential, by its file's name.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 128, pattern = "^[A-Za-z0-9_-]+$")]
    auth_ref: Option<Filled>,
    /// The secret that holds its webhook secret, by its file's name.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 128, pattern = "^[A-Za-z0-9_-]+$")]
    webhook_secret_ref: Option<Filled>,
}

pub(in crate::rest) async fn create(
    State(app): State<Arc<App>>,
    Key(request_id): Key,
    Given(new): Given<NewConfigRepo>,
) -> Result<Tagged<ConfigRepo, 201>, ApiError> {
    let request = CreateConfigRepoRequest {
        name: new.name,
        repo_url: new.repo_url,
        default_branch: Filled::or_empty(new.default_branch),
        pr_base_branch: Filled::or_empty(new.pr_base_branch),
        auth_ref: Filled::or_empty(new.auth_ref),
        webhook_secret_ref: Filled::or_empty(new.webhook_secret_ref),
        request_id,
    };
    let mut config_repos = app.cores.config_repos.clone();
    let created = ask(Core::Registry, config_repos.create_config_repo(request)).await?;
    Ok(Tagged(shown(Core::Registry, created.config_repo)?))
}
