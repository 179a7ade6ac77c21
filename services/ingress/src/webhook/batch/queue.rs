//! What waits for the ledger, and how many calls are under way. No I/O.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use prost::Message as _;
use tokio::sync::Notify;

use super::Waiting;

/// Most calls at once: while the ledger commits one batch the next is on its way.
const MOST_CALLS: usize = 2;
/// So few deliveries are not shared out among calls: a call costs as much as some of them.
const FEW: usize = 8;
/// Most deliveries in a batch (`RecordDeliveriesRequest`).
const MOST_DELIVERIES: usize = 256;
/// Most bytes in a batch, unless its only delivery is larger.
const MOST_BYTES: usize = 8 * 1024 * 1024;

#[derive(Default)]
struct State {
    waiting: VecDeque<Waiting>,
    calls: usize,
    /// Deliveries that the calls under way have with them.
    told: usize,
    /// Calls that are held back, in the order in which they began to; what waits is theirs.
    gathering: Vec<Gathering>,
}

/// A call that is held back until so many deliveries wait that those before it leave it as many.
struct Gathering {
    enough: usize,
    gathered: Arc<Notify>,
}

impl State {
    /// How many one call takes: an equal part of all that are here, told or about to come again.
    fn share(&self) -> usize {
        let coming: usize = self.gathering.iter().map(|one| one.enough).sum();
        (self.waiting.len() + self.told + coming).div_ceil(MOST_CALLS).max(FEW)
    }

    /// Whether what waits has nobody who will take it, and a call is free.
    fn takes_another(&self) -> bool {
        !self.waiting.is_empty() && self.calls < MOST_CALLS && self.gathering.is_empty()
    }
}

/// Deliveries that wait, in the order in which they came.
#[derive(Default)]
pub(super) struct Queue(Mutex<State>);

/// One of the calls that may be under way.
pub(super) struct Running {
    queue: Arc<Queue>,
    /// Whether its place is to be given back.
    holds: bool,
    /// How many deliveries it has with it.
    told: usize,
    /// Set while it is held back.
    gathered: Option<Arc<Notify>>,
}

impl Queue {
    /// Adds a delivery; gives a call to whoever is to make it, when one is free.
    pub(super) fn add(self: &Arc<Self>, waiting: Waiting) -> Option<Running> {
        let mut state = self.state();
        state.waiting.push_back(waiting);
        let mut enough = 0;
        for one in &state.gathering {
            enough += one.enough;
            if state.waiting.len() < enough {
                break;
            }
            one.gathered.notify_one();
        }
        self.another(&mut state)
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.state().waiting.len()
    }

    fn another(self: &Arc<Self>, state: &mut State) -> Option<Running> {
        state.takes_another().then(|| {
            state.calls += 1;
            Running { queue: self.clone(), holds: true, told: 0, gathered: None }
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a call is to tell, and a call for what is left, when there is another.
pub(super) struct Next {
    pub(super) running: Running,
    pub(super) batch: Vec<Waiting>,
    pub(super) another: Option<Running>,
}

impl Running {
    /// Waits, no longer than `most`, until as many deliveries wait as its call had: those who were answered just now send again.
    pub(super) async fn gather(&mut self, most: Duration) {
        let gathered = {
            let mut state = self.queue.state();
            state.told -= self.told;
            let enough = std::mem::take(&mut self.told);
            if state.gathering.is_empty() && state.waiting.len() >= enough {
                return;
            }
            let gathered = Arc::new(Notify::new());
            state.gathering.push(Gathering { enough, gathered: gathered.clone() });
            gathered
        };
        self.gathered = Some(gathered.clone());
        let _enough_or_late = tokio::time::timeout(most, gathered.notified()).await;
    }

    /// Takes what is to go next, its share when there is much; when nothing waits the call is over.
    pub(super) fn next(mut self) -> Option<Next> {
        let queue = self.queue.clone();
        let (batch, another) = {
            let mut state = queue.state();
            self.go_on(&mut state);
            let share = state.share();
            let sizes = state.waiting.iter().map(|one| one.request.encoded_len());
            let count = fitting(sizes.take(share));
            if count == 0 {
                // Under the same lock as the look: whoever comes next finds the place free.
                state.calls -= 1;
                self.holds = false;
            }
            state.told += count;
            self.told = count;
            let batch = state.waiting.drain(..count).collect::<Vec<_>>();
            (batch, queue.another(&mut state))
        };
        self.holds.then_some(Next { running: self, batch, another })
    }

    /// It is not held back any longer.
    fn go_on(&mut self, state: &mut State) {
        if let Some(gathered) = self.gathered.take() {
            state.gathering.retain(|one| !Arc::ptr_eq(&one.gathered, &gathered));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.holds {
            // A call that broke must not take its place along.
            let queue = self.queue.clone();
            let mut state = queue.state();
            self.go_on(&mut state);
            state.calls -= 1;
            state.told -= self.told;
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
    use tokio::sync::oneshot;

    use super::*;
    use crate::webhook::batch::{RecordDeliveryRequest, Span};

    fn waiting() -> Waiting {
        let (answer, _nobody) = oneshot::channel();
        let request = RecordDeliveryRequest::default();
        Waiting { request, answer, span: Span::none(), context: None, _room: None }
    }

    /// Adds so many; those for whom a call was free have one.
    fn add(queue: &Arc<Queue>, count: usize) -> Vec<Running> {
        (0..count).filter_map(|_| queue.add(waiting())).collect()
    }

    fn taken(running: Running) -> (Running, usize) {
        let next = running.next().expect("something waits");
        (next.running, next.batch.len())
    }

    #[test]
    fn one_that_comes_alone_goes_at_once_and_many_are_shared_out() {
        let queue = Arc::new(Queue::default());
        let mut calls = add(&queue, 3 * FEW);
        assert_eq!(calls.len(), MOST_CALLS);
        let (_first, count) = taken(calls.remove(0));
        assert_eq!(count, 3 * FEW / MOST_CALLS);
        let (_second, count) = taken(calls.remove(0));
        assert_eq!((count, queue.len()), (3 * FEW / MOST_CALLS, 0));
        assert!(add(&queue, 5).is_empty(), "both calls are under way");
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_is_held_back_for_those_who_were_answered_but_not_for_long() {
        let queue = Arc::new(Queue::default());
        let (mut running, count) = taken(add(&queue, 1).remove(0));
        assert_eq!(count, 1);
        let (began, most) = (tokio::time::Instant::now(), Duration::from_secs(1));

        let again = async { add(&queue, 1).len() };
        let ((), calls) = futures::join!(running.gather(most), again);
        assert_eq!((calls, began.elapsed()), (0, Duration::ZERO), "the call that waited takes it");
        let (mut running, count) = taken(running);
        assert_eq!(count, 1);

        running.gather(most).await;
        assert_eq!(began.elapsed(), most, "nobody came");
        assert!(running.next().is_none());
        assert_eq!(add(&queue, 2).len(), MOST_CALLS, "all places are free again");
    }

    #[test]
    fn a_batch_is_bounded_in_number_and_in_bytes_and_never_empty() {
        assert_eq!(fitting(std::iter::empty()), 0);
        assert_eq!(fitting([MOST_BYTES * 4, 1].into_iter()), 1);
        assert_eq!(fitting([MOST_BYTES / 2, MOST_BYTES / 2, 1].into_iter()), 2);
        assert_eq!(fitting(std::iter::repeat_n(100, 1000)), MOST_DELIVERIES);
    }
}
