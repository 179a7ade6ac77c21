//! Lists clusters.

use pullwright_proto::registry::{ListClustersRequest, ListClustersResponse};
use pullwright_rpc::list::{Cursor, Direction, Field, Given, Kind, Schema, Sort, Value};

use crate::{
    App, Error,
    domain::{
        Cluster,
        cluster::{ENGINE_TYPES, ENVIRONMENTS},
    },
    error::Result,
    store::clusters,
};

const LIST: Schema = Schema {
    fields: &[
        Field::equal("name", Kind::Text),
        Field::equal("engine_type", Kind::Word(&ENGINE_TYPES)),
        Field::equal("environment", Kind::Word(&ENVIRONMENTS)),
        Field::equal("config_repo_id", Kind::Id),
        Field::at_least("created_at", Kind::Time),
    ],
    sorts: &[Sort::by("created_at", Kind::Time), Sort::by("name", Kind::Text)],
    default_direction: Direction::Descending,
    id: Kind::Id,
    default_size: 50,
    most: 200,
};

/// Lists clusters, the newest first unless another order is asked for.
///
/// # Errors
/// The page cannot be asked for like this; the answer names the field.
pub(super) async fn list_clusters(
    app: &App,
    request: ListClustersRequest,
) -> Result<ListClustersResponse> {
    let given = Given {
        page_size: request.page_size,
        page_token: &request.page_token,
        filter: &request.filter,
        order_by: &request.order_by,
    };
    let list = LIST.read(given).map_err(Error::InvalidList)?;
    let (rows, total_size) = clusters::list(&app.db.client().await?, &list).await?;
    let page = list.page(rows, |row| place(row, list.order.sort.name));
    Ok(ListClustersResponse {
        clusters: page.rows.into_iter().map(Into::into).collect(),
        next_page_token: page.next_page_token,
        total_size,
        has_more: page.has_more,
    })
}

fn place(row: &Cluster, order: &str) -> Cursor {
    let value = match order {
        "name" => Value::Text(row.name.clone()),
        _ => Value::Time(row.created_at),
    };
    Cursor::new(Some(value), Value::Id(row.id))
}
