//! What waits for the ledger, and how many calls are under way. No I/O.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use prost::Message as _;

use super::Waiting;

/// Most calls at once: while the ledger commits one batch the next is on its way.
const MOST_CALLS: usize = 2;
/// Most deliveries in a batch (`RecordDeliveriesRequest`).
const MOST_DELIVERIES: usize = 256;
/// Most bytes in a batch, unless its only delivery is larger.
const MOST_BYTES: usize = 8 * 1024 * 1024;

#[derive(Default)]
struct State {
    waiting: VecDeque<Waiting>,
    calls: usize,
}

/// Deliveries that wait, in the order in which they came.
#[derive(Default)]
pub(super) struct Queue(Mutex<State>);

/// One of the calls that may be under way.
pub(super) struct Running {
    queue: Arc<Queue>,
    /// Whether its place is to be given back.
    holds: bool,
}

impl Queue {
    /// Adds a delivery; gives a call to whoever is to make it, when one is free.
    pub(super) fn add(self: &Arc<Self>, waiting: Waiting) -> Option<Running> {
        let mut state = self.state();
        state.waiting.push_back(waiting);
        if state.calls == MOST_CALLS {
            return None;
        }
        state.calls += 1;
        Some(Running { queue: self.clone(), holds: true })
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.state().waiting.len()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running {
    /// Takes what is to go next; when nothing waits the call is over.
    pub(super) fn next(mut self) -> Option<(Self, Vec<Waiting>)> {
        let batch = {
            let mut state = self.queue.state();
            let count = fitting(state.waiting.iter().map(|one| one.request.encoded_len()));
            if count == 0 {
                // Under the same lock as the look: whoever comes next finds the place free.
                state.calls -= 1;
                self.holds = false;
            }
            state.waiting.drain(..count).collect::<Vec<_>>()
        };
        self.holds.then_some((self, batch))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.holds {
            // A call that broke must not take its place along.
            self.queue.state().calls -= 1;
        }
    }
}

/// How many deliveries of these sizes go in one batch.
fn fitting(sizes: impl Iterator<Item = usize>) -> usize {
    let mut total = 0_usize;
    let fits = |(place, size): &(usize, usize)| {
        total = total.saturating_add(*size);
        *place == 0 || total <= MOST_BYTES
    };
    sizes.take(MOST_DELIVERIES).enumerate().take_while(fits).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_bounded_in_number_and_in_bytes_and_never_empty() {
        assert_eq!(fitting(std::iter::empty()), 0);
        assert_eq!(fitting([MOST_BYTES * 4, 1].into_iter()), 1);
        assert_eq!(fitting([MOST_BYTES / 2, MOST_BYTES / 2, 1].into_iter()), 2);
        assert_eq!(fitting(std::iter::repeat_n(100, 1000)), MOST_DELIVERIES);
    }
}
