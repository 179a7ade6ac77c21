//! Deliveries that come in together, told to the ledger together: one call, one commit, and an answer for each.
//!
//! Nobody waits for a batch to fill up: a delivery that finds a call free goes at once, and what comes in while all calls are under
//! way goes with the next one. What is in here is kept whoever hangs up.

mod call;
mod queue;

use std::{sync::Arc, time::Duration};

use pullwright_proto::delivery::{
    RecordDeliveryRequest, RecordDeliveryResponse, delivery_service_client::DeliveryServiceClient,
};
use pullwright_rpc::{Context, client::Connection};
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tokio_util::task::TaskTracker;
use tracing::Span;

use crate::edge::error::ApiError;
use queue::{Queue, Running};

/// What came of one delivery.
type End = Result<RecordDeliveryResponse, ApiError>;

/// A delivery on its way to the ledger.
struct Waiting {
    request: RecordDeliveryRequest,
    answer: oneshot::Sender<End>,
    /// The delivery's own span and ids; a batch goes on with those of its first.
    span: Span,
    context: Option<Context>,
    /// The memory of its body is not given back before the ledger has it.
    _room: Option<OwnedSemaphorePermit>,
}

/// The way of deliveries to the ledger.
pub(crate) struct Batches {
    ledger: DeliveryServiceClient<Connection>,
    queue: Arc<Queue>,
    running: TaskTracker,
}

impl Batches {
    pub(crate) fn new(ledger: DeliveryServiceClient<Connection>) -> Self {
        Self { ledger, queue: Arc::default(), running: TaskTracker::new() }
    }

    /// Has the ledger keep a delivery. Whoever stops waiting does not take it back.
    pub(super) async fn record(
        &self,
        request: RecordDeliveryRequest,
        room: Option<OwnedSemaphorePermit>,
    ) -> End {
        let (answer, end) = oneshot::channel();
        let (span, context) = (Span::current(), Context::current());
        let waiting = Waiting { request, answer, span, context, _room: room };
        if let Some(running) = self.queue.add(waiting) {
            self.running.spawn(run(running, self.ledger.clone()));
        }
        // No answer means that the call's task broke, which the panic hook has logged.
        end.await.unwrap_or_else(|_| Err(ApiError::internal()))
    }

    /// How many wait for a call.
    pub(crate) fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// Waits until the ledger has all that came in, at most this long.
    pub(crate) async fn drained(&self, within: Duration) {
        self.running.close();
        if tokio::time::timeout(within, self.running.wait()).await.is_err() {
            tracing::warn!("stopping before the ledger has all deliveries that came in");
        }
    }
}

/// Calls the ledger until nothing waits any more.
async fn run(mut running: Running, ledger: DeliveryServiceClient<Connection>) {
    while let Some((next, batch)) = running.next() {
        running = next;
        call::record(ledger.clone(), batch).await;
    }
}
