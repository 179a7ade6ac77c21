//! Lists the locks as they stand in Redis.

use pullwright_proto::runner::ListLocksResponse;

use super::wire;
use crate::{App, rpc::Error};

pub(super) async fn list_locks(app: &App) -> Result<ListLocksResponse, Error> {
    Ok(ListLocksResponse {
        locks: app.locks.list().await?.into_iter().map(wire).collect(),
        ..ListLocksResponse::default()
    })
}
