//! Lists config repositories.

use pullwright_proto::registry::{ListConfigReposRequest, ListConfigReposResponse};
use pullwright_rpc::list::{Cursor, Direction, Field, Given, Kind, Schema, Sort, Value};

use crate::{App, Error, domain::ConfigRepo, error::Result, store::config_repos};

const LIST: Schema = Schema {
    fields: &[
        Field::equal("name", Kind::Text),
        Field::equal("repo_url", Kind::Text),
        Field::at_least("created_at", Kind::Time),
    ],
    sorts: &[Sort::by("created_at", Kind::Time), Sort::by("name", Kind::Text)],
    default_direction: Direction::Descending,
    id: Kind::Id,
    default_size: 50,
    most: 200,
};

/// Lists config repositories, the newest first unless another order is asked for.
///
/// # Errors
/// The page cannot be asked for like this; the answer names the field.
pub(super) async fn list_config_repos(
    app: &App,
    request: ListConfigReposRequest,
) -> Result<ListConfigReposResponse> {
    let given = Given {
        page_size: request.page_size,
        page_token: &request.page_token,
        filter: &request.filter,
        order_by: &request.order_by,
    };
    let list = LIST.read(given).map_err(Error::InvalidList)?;
    let (rows, total_size) = config_repos::list(&app.db.client().await?, &list).await?;
    let page = list.page(rows, |row| place(row, list.order.sort.name));
    Ok(ListConfigReposResponse {
        config_repos: page.rows.into_iter().map(Into::into).collect(),
        next_page_token: page.next_page_token,
        total_size,
        has_more: page.has_more,
    })
}

fn place(row: &ConfigRepo, order: &str) -> Cursor {
    let value = match order {
        "name" => Value::Text(row.name.clone()),
        _ => Value::Time(row.created_at),
    };
    Cursor::new(Some(value), Value::Id(row.id))
}
