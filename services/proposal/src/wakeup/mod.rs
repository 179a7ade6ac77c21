//! Tells those who wait that there may be something: a job for a runner, an event for a watcher. Here at once, on other replicas
//! by `NOTIFY`. Knows no job and no event.
//!
//! Nothing depends on it: whoever waits also looks again every second.

mod carry;
mod note;
mod watched;

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use pullwright_pg::Pool;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub use watched::{Watched, Watching};

/// Wakes waiting leases and watchers after a commit; clones are the same.
#[derive(Debug, Clone)]
pub struct Wakeup {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// Tells our own notifications from those of other replicas.
    replica: String,
    jobs: watch::Sender<()>,
    watched: Watched,
    /// What other replicas have not been told yet.
    untold: Mutex<Untold>,
    elsewhere: Notify,
}

#[derive(Debug, Default)]
struct Untold {
    jobs: bool,
    proposals: BTreeSet<Uuid>,
}

impl Default for Wakeup {
    fn default() -> Self {
        let shared = Shared {
            replica: Uuid::new_v4().to_string(),
            jobs: watch::Sender::new(()),
            watched: Watched::default(),
            untold: Mutex::default(),
            elsewhere: Notify::new(),
        };
        Self { shared: Arc::new(shared) }
    }
}

impl Wakeup {
    /// Says that a job may be due; call it after the commit.
    pub fn poke(&self) {
        self.shared.jobs.send_replace(());
        self.later(|untold| untold.jobs = true);
    }

    /// Hears of every poke from now on.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<()> {
        self.shared.jobs.subscribe()
    }

    /// Says that something happened to these proposals; call it after the commit.
    pub fn happened(&self, proposals: BTreeSet<Uuid>) {
        if !proposals.is_empty() {
            self.shared.watched.tell(&proposals);
            self.later(|untold| untold.proposals.extend(proposals));
        }
    }

    /// The proposals that are watched here.
    #[must_use]
    pub fn watched(&self) -> &Watched {
        &self.shared.watched
    }

    /// Carries what is said here to other replicas and theirs here, and looks after the watched proposals, until `stop`.
    pub async fn run(&self, db: Pool, settings: pullwright_pg::Settings, stop: CancellationToken) {
        tokio::select! {
            () = carry::tell(&self.shared, &db) => {}
            () = carry::listen(&self.shared, &settings) => {}
            () = carry::look(&self.shared, &db) => {}
            () = stop.cancelled() => {}
        }
    }

    fn later(&self, remember: impl FnOnce(&mut Untold)) {
        remember(&mut self.shared.untold.lock().unwrap_or_else(PoisonError::into_inner));
        self.shared.elsewhere.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_poke_is_heard_by_everybody_who_subscribed_before() {
        let wakeup = Wakeup::default();
        let (mut one, mut two) = (wakeup.subscribe(), wakeup.clone().subscribe());
        assert!(!one.has_changed().unwrap());
        wakeup.poke();
        one.changed().await.unwrap();
        two.changed().await.unwrap();
        assert!(
            !wakeup.subscribe().has_changed().unwrap(),
            "later subscribers hear later pokes only"
        );
    }
}
