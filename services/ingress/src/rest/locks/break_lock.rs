//! `POST /api/v1/locks/{repository_id}/break`: takes a lock from a runner that does not come back.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::runner::BreakLockRequest;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        given::{Given, Id, Key, RepositoryId},
        shape::{Lock, One},
        shown,
    },
};

#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"reason": "the runner's machine is gone"}))]
pub(in crate::rest) struct BreakLock {
    /// Why, for the event.
    #[serde(default)]
    #[schema(required, min_length = 1, max_length = 500, pattern = r"^[^\x00]*$")]
    reason: String,
}

pub(in crate::rest) async fn break_lock(
    State(app): State<Arc<App>>,
    id: Id<RepositoryId>,
    Key(request_id): Key,
    Given(given): Given<BreakLock>,
) -> Result<One<Lock>, ApiError> {
    let request =
        BreakLockRequest { repository_id: id.to_string(), reason: given.reason, request_id };
    let mut runner = app.cores.runner.clone();
    let broken = ask(Core::Runner, runner.break_lock(request)).await?;
    Ok(One(shown(Core::Runner, broken.lock)?))
}
