//! Lists the locks as they stand in Redis, page by page.

use pullwright_proto::runner::{ListLocksRequest, ListLocksResponse};
use pullwright_rpc::list::{Direction, Field, Given, Kind, Schema, Sort, Value};

use super::wire;
use crate::{App, lock::LockState, rpc::Error};

/// What locks can be asked for.
const LOCKS: Schema = Schema {
    fields: &[Field::equal("repository_id", Kind::Id), Field::equal("holder", Kind::Text)],
    sorts: &[Sort::by_id("repository_id"), Sort::by_nullable("acquired_at", Kind::Time)],
    default_direction: Direction::Ascending,
    id: Kind::Id,
    default_size: 1000,
    most: 1000,
};

pub(super) async fn list_locks(
    app: &App,
    request: ListLocksRequest,
) -> Result<ListLocksResponse, Error> {
    let list = LOCKS
        .read(Given {
            page_size: request.page_size,
            page_token: &request.page_token,
            filter: &request.filter,
            order_by: &request.order_by,
        })
        .map_err(Error::Invalid)?;
    let (page, total_size) =
        list.of_all(app.locks.list().await?, |lock| Value::Id(lock.repository_id), value);
    Ok(ListLocksResponse {
        locks: page.rows.into_iter().map(wire).collect(),
        next_page_token: page.next_page_token,
        total_size,
        has_more: page.has_more,
    })
}

fn value(lock: &LockState, name: &str) -> Option<Value> {
    match name {
        "repository_id" => Some(Value::Id(lock.repository_id)),
        "holder" => Some(Value::Text(lock.holder.clone())),
        // Whole microseconds, as they stand in a token.
        "acquired_at" => lock
            .acquired_at
            .and_then(|time| jiff::Timestamp::from_microsecond(time.as_microsecond()).ok())
            .map(Value::Time),
        _ => None,
    }
}
