//! Deliveries that wait together so that they can leave in another order. It does not choose the order.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;

/// How long an incomplete group waits for one more.
const PATIENCE: Duration = Duration::from_millis(100);

/// The deliveries of one hook that have not left.
pub(super) struct Hold {
    queue: UnboundedReceiver<u64>,
    waiting: VecDeque<u64>,
    /// How many of those that wait need no company any more.
    released: usize,
}

impl Hold {
    pub(super) fn new(queue: UnboundedReceiver<u64>) -> Self {
        Self { queue, waiting: VecDeque::new(), released: 0 }
    }

    /// Waits until as many are there as asked for, or no more come for a while; none when the queue has ended.
    pub(super) async fn gather(&mut self, window: usize) -> Option<usize> {
        if self.waiting.is_empty() {
            self.waiting.push_back(self.queue.recv().await?);
        }
        while self.released == 0 && self.waiting.len() < window {
            match tokio::time::timeout(PATIENCE, self.queue.recv()).await {
                Ok(Some(delivery)) => self.waiting.push_back(delivery),
                Ok(None) | Err(_) => self.released = self.waiting.len(),
            }
        }
        Some(self.waiting.len())
    }

    /// Takes out one of those that wait.
    pub(super) fn take(&mut self, index: usize) -> Option<u64> {
        self.released = self.released.saturating_sub(1);
        self.waiting.remove(index)
    }
}
