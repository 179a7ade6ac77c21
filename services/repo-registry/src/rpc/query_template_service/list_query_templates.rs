//! Lists versions of query templates.

use pullwright_proto::registry::{ListQueryTemplatesRequest, ListQueryTemplatesResponse};
use pullwright_rpc::list::{Cursor, Direction, Field, Given, Kind, Schema, Sort, Value};

use crate::{
    App, Error,
    domain::{QueryTemplate, cluster::ENGINE_TYPES},
    error::Result,
    store::query_templates,
};

const LIST: Schema = Schema {
    fields: &[
        Field::equal("name", Kind::Text),
        Field::equal("engine_type", Kind::Word(&ENGINE_TYPES)),
        Field::equal("version", Kind::Number),
        Field::equal("latest", Kind::Bool),
        Field::at_least("created_at", Kind::Time),
    ],
    sorts: &[Sort::by("created_at", Kind::Time), Sort::by("name", Kind::Text)],
    default_direction: Direction::Descending,
    id: Kind::Id,
    default_size: 50,
    most: 200,
};

/// Lists versions of query templates, the newest first unless another order is asked for.
///
/// # Errors
/// The page cannot be asked for like this; the answer names the field.
pub(super) async fn list_query_templates(
    app: &App,
    request: ListQueryTemplatesRequest,
) -> Result<ListQueryTemplatesResponse> {
    let given = Given {
        page_size: request.page_size,
        page_token: &request.page_token,
        filter: &request.filter,
        order_by: &request.order_by,
    };
    let list = LIST.read(given).map_err(Error::InvalidList)?;
    let (rows, total_size) = query_templates::list(&app.db.client().await?, &list).await?;
    let page = list.page(rows, |row| place(row, list.order.sort.name));
    Ok(ListQueryTemplatesResponse {
        query_templates: page.rows.into_iter().map(Into::into).collect(),
        next_page_token: page.next_page_token,
        total_size,
        has_more: page.has_more,
    })
}

fn place(row: &QueryTemplate, order: &str) -> Cursor {
    let value = match order {
        "name" => Value::Text(row.name.clone()),
        _ => Value::Time(row.created_at),
    };
    Cursor::new(Some(value), Value::Id(row.id))
}
