//! Who watches which proposal on this replica: told when something happened to it, and looked after by one poll for all.
//!
//! Carries no event: whoever is woken reads what is there.

use std::{
    collections::{HashMap, hash_map},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{
    sync::{Semaphore, watch},
    task::JoinSet,
};
use tracing::Instrument as _;
use uuid::Uuid;

use crate::error::{Error, Result};

/// Most watchers of a replica: each is a stream that stays open.
const MOST: usize = 2_000;
/// How many of them may read at once: those who watch wait for each other, not the other calls for them.
const READERS: usize = 4;

/// The proposals that are watched; clones are the same.
#[derive(Debug, Clone)]
pub struct Watched {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    entries: Mutex<Entries>,
    readers: Semaphore,
}

#[derive(Debug, Default)]
struct Entries {
    count: usize,
    by_proposal: HashMap<Uuid, Entry>,
}

#[derive(Debug)]
struct Entry {
    news: watch::Sender<()>,
    /// The last event that the poll has seen.
    head: Option<i64>,
}

impl Default for Watched {
    fn default() -> Self {
        let shared = Shared { entries: Mutex::default(), readers: Semaphore::new(READERS) };
        Self { shared: Arc::new(shared) }
    }
}

impl Watched {
    /// Hears of everything that happens to a proposal from now on; none when there are too many watchers.
    #[must_use]
    pub fn watch(&self, proposal_id: Uuid) -> Option<Watching> {
        let mut entries = self.entries();
        if entries.count >= MOST {
            return None;
        }
        entries.count += 1;
        let entry = entries
            .by_proposal
            .entry(proposal_id)
            .or_insert_with(|| Entry { news: watch::Sender::new(()), head: None });
        Some(Watching { news: entry.news.subscribe(), proposal_id, watched: self.clone() })
    }

    /// Tells those who watch these proposals that something happened.
    pub fn tell<'i>(&self, proposal_ids: impl IntoIterator<Item = &'i Uuid>) {
        let entries = self.entries();
        for id in proposal_ids {
            if let Some(entry) = entries.by_proposal.get(id) {
                entry.news.send_replace(());
            }
        }
    }

    /// The proposals that are watched now.
    #[must_use]
    pub fn proposals(&self) -> Vec<Uuid> {
        self.entries().by_proposal.keys().copied().collect()
    }

    /// Takes the last event of each proposal that was asked for, and tells those who have not heard of theirs; one without is gone.
    pub fn catch_up(&self, asked: &[Uuid], heads: &HashMap<Uuid, Option<i64>>) {
        let mut entries = self.entries();
        for id in asked {
            let Some(entry) = entries.by_proposal.get_mut(id) else { continue };
            let is_news = match heads.get(id) {
                None => true,
                Some(head) => std::mem::replace(&mut entry.head, *head) != *head,
            };
            if is_news {
                entry.news.send_replace(());
            }
        }
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.shared.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One who watches a proposal, until it is dropped.
#[derive(Debug)]
pub struct Watching {
    news: watch::Receiver<()>,
    proposal_id: Uuid,
    watched: Watched,
}

impl Watching {
    /// Waits until something may have happened since the last time that this was asked.
    pub async fn news(&mut self) {
        self.news.changed().await.expect("the entry stays as long as somebody watches");
    }

    /// Does some reading when it is this one's turn; it ends when whoever waits for it is dropped.
    ///
    /// # Errors
    /// Those of the reading, or the service stops.
    pub async fn in_turn<T: Send + 'static>(
        &self,
        reading: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        let shared = self.watched.shared.clone();
        let turn = async move {
            let _turn = shared.readers.acquire().await.expect("it is never closed");
            reading.await
        };
        // A task of its own: a stream whose client takes nothing is not polled, and would keep its turn and its connection.
        let mut task = JoinSet::new();
        task.spawn(turn.in_current_span());
        match task.join_next().await.expect("it was spawned") {
            Ok(read) => read,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(Error::Stopping),
            },
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let mut entries = self.watched.entries();
        entries.count -= 1;
        if let hash_map::Entry::Occupied(entry) = entries.by_proposal.entry(self.proposal_id)
            && entry.get().news.receiver_count() <= 1
        {
            entry.remove();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures::FutureExt as _;

    use super::*;

    const ONE: Uuid = Uuid::from_u128(1);
    const TWO: Uuid = Uuid::from_u128(2);

    fn has_news(watching: &mut Watching) -> bool {
        watching.news().now_or_never().is_some()
    }

    #[test]
    fn everybody_who_watches_a_proposal_hears_of_it_and_nobody_else() {
        let watched = Watched::default();
        let mut ours = [watched.watch(ONE).unwrap(), watched.watch(ONE).unwrap()];
        let mut other = watched.watch(TWO).unwrap();
        watched.tell(&[ONE]);
        assert!(ours.iter_mut().all(has_news) && !has_news(&mut other));
        assert!(!ours.iter_mut().any(has_news), "once");
    }

    #[test]
    fn the_poll_tells_of_what_nobody_told() {
        let watched = Watched::default();
        let mut watching = watched.watch(ONE).unwrap();
        let mut polled = |head: Option<i64>| {
            watched.catch_up(&[ONE], &HashMap::from([(ONE, head)]));
            has_news(&mut watching)
        };
        assert!(polled(Some(7)), "what the watcher has seen is not known");
        assert!(!polled(Some(7)));
        assert!(polled(Some(8)));
        watched.catch_up(&[ONE], &HashMap::new());
        assert!(has_news(&mut watching), "the proposal is gone");
    }

    #[test]
    fn who_stops_watching_leaves_nothing_behind() {
        let watched = Watched::default();
        let (one, two) = (watched.watch(ONE).unwrap(), watched.watch(ONE).unwrap());
        drop(one);
        assert_eq!(watched.proposals(), [ONE]);
        drop(two);
        assert_eq!((watched.proposals(), watched.entries().count), (vec![], 0));
    }

    /// A stream's reading goes on only while its client takes what it is told.
    #[tokio::test]
    async fn who_stops_listening_in_the_middle_of_a_reading_gives_up_its_turn() {
        let watched = Watched::default();
        let begun = watch::Sender::new(false);
        let reading = || {
            let mut begun = begun.subscribe();
            async move {
                begun.wait_for(|begun| *begun).await.expect("the sender lives");
                Ok(())
            }
        };
        let stalled: Vec<_> = (0..READERS).map(|_| watched.watch(ONE).unwrap()).collect();
        let mut turns: Vec<_> =
            stalled.iter().map(|watching| Box::pin(watching.in_turn(reading()))).collect();
        for turn in &mut turns {
            assert!(futures::poll!(turn).is_pending());
        }
        begun.send_replace(true);
        let other = watched.watch(TWO).unwrap();
        let turn = tokio::time::timeout(Duration::from_secs(5), other.in_turn(reading()));
        turn.await.expect("nobody is waited for").unwrap();
    }

    #[test]
    fn there_is_an_end_to_watchers() {
        let watched = Watched::default();
        let all: Vec<_> = (0..MOST).map(|_| watched.watch(ONE).unwrap()).collect();
        assert!(watched.watch(TWO).is_none());
        drop(all);
        assert!(watched.watch(TWO).is_some());
    }
}
