//! `ListDeliveries`.

use pullwright_proto::delivery as v1;
use pullwright_rpc::list::Given;

use crate::{
    App,
    convert::delivery,
    error::{Error, Result},
    store::listing::{self, Listed},
};

/// Lists deliveries, without headers and bodies.
///
/// # Errors
/// Page, filter or order are malformed, or the database is away.
pub(super) async fn list_deliveries(
    app: &App,
    request: v1::ListDeliveriesRequest,
) -> Result<v1::ListDeliveriesResponse> {
    let given = Given {
        page_size: request.page_size,
        page_token: &request.page_token,
        filter: &request.filter,
        order_by: &request.order_by,
    };
    let list = listing::DELIVERIES.read(given).map_err(Error::Invalid)?;
    let db = app.db.client().await?;
    let Listed { page, total } = listing::deliveries(&db, &list).await?;
    Ok(v1::ListDeliveriesResponse {
        deliveries: page.rows.into_iter().map(delivery::message).collect(),
        next_page_token: page.next_page_token,
        total_size: total,
        has_more: page.has_more,
    })
}
