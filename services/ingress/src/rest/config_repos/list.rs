//! `GET /api/v1/config-repos`: the newest first, without their newest merges.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::registry::ListConfigReposRequest;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        all_shown,
        given::Page,
        shape::{ConfigRepo, Counted},
    },
};

pub(in crate::rest) async fn list(
    State(app): State<Arc<App>>,
    page: Page,
) -> Result<Counted<ConfigRepo>, ApiError> {
    let request = ListConfigReposRequest {
        page_size: page.limit,
        page_token: String::new(),
        ..ListConfigReposRequest::default()
    };
    let mut config_repos = app.cores.config_repos.clone();
    let found = ask(Core::Registry, config_repos.list_config_repos(request)).await?;
    let data = all_shown(Core::Registry, found.config_repos)?;
    Ok(Counted::new(data, found.next_page_token, found.has_more, found.total_size))
}
