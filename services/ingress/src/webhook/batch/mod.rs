//! Deliveries that come in together, told to the ledger together: one call, one commit, and an answer for each.
//!
//! A delivery that finds a call free goes at once, and what comes in while all calls are under way goes with the next one, which is held back
//! for a moment after a call: who was answered sends again, and a few large batches cost much less than many small ones. What is in here is
//! kept whoever hangs up.

mod call;
mod queue;

use std::{pin::Pin, sync::Arc, time::Duration};

use pullwright_proto::delivery::{
    RecordDeliveryRequest, RecordDeliveryResponse, delivery_service_client::DeliveryServiceClient,
};
use pullwright_rpc::{Context, client::Connection};
use tokio::{
    sync::{OwnedSemaphorePermit, oneshot},
    time::Instant,
};
use tokio_util::task::TaskTracker;
use tracing::Span;

use crate::edge::error::ApiError;
use queue::{Next, Queue, Running};

/// The longest that a call is held back for those who were answered just now; half as long as the call before took, if that is less.
const LONGEST_GATHERING: Duration = Duration::from_millis(5);

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
            self.running.spawn(run(running, self.ledger.clone(), self.running.clone()));
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
async fn run(mut running: Running, ledger: DeliveryServiceClient<Connection>, calls: TaskTracker) {
    while let Some(Next { running: next, batch, another }) = running.next() {
        if let Some(another) = another {
            calls.spawn(run_boxed(another, ledger.clone(), calls.clone()));
        }
        running = next;
        let began = Instant::now();
        call::record(ledger.clone(), batch).await;
        running.gather((began.elapsed() / 2).min(LONGEST_GATHERING)).await;
    }
}

/// A call that begins another one has no end that the compiler could see.
fn run_boxed(
    running: Running,
    ledger: DeliveryServiceClient<Connection>,
    calls: TaskTracker,
) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(run(running, ledger, calls))
}
