//! One call: a batch told, and what came of each delivery handed to whoever waits for it.

use std::time::Duration;

use pullwright_proto::{
    delivery::{
        RecordDeliveriesRequest, RecordedDelivery, RefusedDelivery,
        delivery_service_client::DeliveryServiceClient, recorded_delivery,
    },
    error::ErrorReason,
};
use pullwright_rpc::{Context, Refusal, client::Connection};
use tonic::Request;
use tracing::Instrument as _;

use super::{End, Waiting};
use crate::{cores::Core, edge::error::ApiError, metrics};

/// How long the ledger may take: whoever waits longer has been told to send again.
const TIME_LIMIT: Duration = Duration::from_secs(9);

/// Tells the ledger of these deliveries, at least one.
pub(super) async fn record(ledger: DeliveryServiceClient<Connection>, batch: Vec<Waiting>) {
    let mut deliveries = Vec::with_capacity(batch.len());
    let mut waiting = Vec::with_capacity(batch.len());
    let mut first = None;
    for Waiting { request, answer, span, context, _room } in batch {
        deliveries.push(request);
        waiting.push((answer, _room));
        first.get_or_insert((span, context));
    }
    let Some((span, context)) = first else { return };
    let told = tell(ledger, deliveries).instrument(span);
    let ends = match context {
        Some(context) => Context::scope(context, told).await,
        None => told.await,
    };
    for ((answer, room), end) in waiting.into_iter().zip(ends) {
        drop(room);
        // Whoever hung up meanwhile does not hear it.
        let _hung_up = answer.send(end);
    }
}

/// One end for each delivery.
async fn tell(
    mut ledger: DeliveryServiceClient<Connection>,
    deliveries: Vec<pullwright_proto::delivery::RecordDeliveryRequest>,
) -> Vec<End> {
    let count = deliveries.len();
    metrics::told();
    let mut request = Request::new(RecordDeliveriesRequest { deliveries });
    request.set_timeout(TIME_LIMIT);
    match ledger.record_deliveries(request).await {
        Ok(response) => {
            let recorded = response.into_inner().deliveries;
            if recorded.len() != count {
                let refused = ApiError::off_contract(Core::Proposal, "list of ends");
                return vec![Err(refused); count];
            }
            recorded.into_iter().map(end).collect()
        }
        Err(status) => {
            let refusal = Refusal::from(status);
            tracing::error!(rpc.code = ?refusal.code, error.reason = refusal.reason.reason(), deliveries = count, "the ledger could not keep {count} deliveries: {}", refusal.message);
            let away = ApiError::unavailable(
                "the ledger is away, so the delivery is not kept; send it again in a moment",
            );
            vec![Err(away); count]
        }
    }
}

fn end(recorded: RecordedDelivery) -> End {
    match recorded.end {
        Some(recorded_delivery::End::Recorded(recorded)) => Ok(recorded),
        Some(recorded_delivery::End::Refused(refused)) => Err(refusal(refused)),
        None => Err(ApiError::off_contract(Core::Proposal, "end")),
    }
}

fn refusal(refused: RefusedDelivery) -> ApiError {
    match ErrorReason::from_reason(&refused.reason) {
        Some(ErrorReason::ValidationError) => ApiError::invalid(&refused.field, refused.message),
        Some(reason @ ErrorReason::DeliveryConflict) => ApiError::new(reason, refused.message),
        _ => ApiError::off_contract(Core::Proposal, "reason"),
    }
}
