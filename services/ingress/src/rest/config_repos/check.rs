//! `POST /api/v1/config-repos/{id}/check`: all that its pull requests need, looked at by a runner.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::runner::CheckConfigRepoRequest;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        given::{ConfigRepoId, Id, UnusedKey},
        shape::{Check, One},
        shown,
    },
};

pub(in crate::rest) async fn check(
    State(app): State<Arc<App>>,
    id: Id<ConfigRepoId>,
    UnusedKey: UnusedKey,
) -> Result<One<Check>, ApiError> {
    let request = CheckConfigRepoRequest { config_repo_id: id.to_string() };
    let mut runner = app.cores.runner.clone();
    let found = ask(Core::Runner, runner.check_config_repo(request)).await?;
    Ok(One(shown(Core::Runner, Some(found))?))
}
