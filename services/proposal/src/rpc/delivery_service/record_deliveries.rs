//! `RecordDeliveries`.

use pullwright_proto::{
    delivery::{self as v1, recorded_delivery::End},
    error::ErrorReason,
};
use pullwright_rpc::Explain as _;

use super::record_delivery::response;
use crate::{
    App,
    convert::delivery,
    error::{Error, Result},
    rpc::{
        recording::{self, Recorded},
        registered,
    },
};

/// Most deliveries of one call.
const MOST: usize = 256;

/// Stores deliveries that came in together and applies them in one transaction; one that is malformed or breaks spoils no other.
///
/// # Errors
/// There are too many, or the database is away and nothing is kept.
pub(super) async fn record_deliveries(
    app: &App,
    request: v1::RecordDeliveriesRequest,
) -> Result<v1::RecordDeliveriesResponse> {
    if request.deliveries.len() > MOST {
        return Err(Error::invalid("deliveries", format!("must be at most {MOST}")));
    }
    let (mut legal, mut refused) = (Vec::new(), Vec::new());
    for given in request.deliveries {
        match delivery::read(given) {
            Ok(delivery) => {
                legal.push(delivery);
                refused.push(None);
            }
            Err(error) => refused.push(Some(refuse(&error))),
        }
    }
    registered::find(app, &mut legal).await?;
    let recorded = match legal.is_empty() {
        true => Vec::new(),
        false => recording::record(app, &legal).await?,
    };
    let mut recorded = legal.iter().zip(recorded).map(|(delivery, recorded)| match recorded {
        Recorded::Ended { end, duplicate } => End::Recorded(response(end, duplicate)),
        Recorded::Conflict => {
            refuse(&Error::DeliveryConflict { delivery_id: delivery.guid.clone() })
        }
    });
    let ends = refused
        .into_iter()
        .map(|refused| v1::RecordedDelivery { end: refused.or_else(|| recorded.next()) });
    Ok(v1::RecordDeliveriesResponse { deliveries: ends.collect() })
}

fn refuse(error: &Error) -> End {
    let reason = match error.reason() {
        ErrorReason::DeliveryConflict => "DELIVERY_CONFLICT",
        _ => "VALIDATION_ERROR",
    };
    let field = error.violations().into_iter().next().map(|first| first.field);
    End::Refused(v1::RefusedDelivery {
        reason: reason.to_owned(),
        message: error.to_string(),
        field: field.unwrap_or_default(),
    })
}
