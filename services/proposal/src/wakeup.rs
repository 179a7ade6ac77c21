//! Tells those who wait for jobs that there may be one: here at once, on other replicas by `NOTIFY`. Knows no job.
//!
//! Nothing depends on it: whoever waits also looks again every second.

use std::{sync::Arc, time::Duration};

use futures::{StreamExt as _, stream};
use pullwright_pg::{PgError, Pool, Queries as _};
use pullwright_rpc::explain::chain;
use tokio::sync::{Notify, watch};
use tokio_postgres::AsyncMessage;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::error::Result;

/// `NOTIFY` takes a lock of the whole cluster at commit, so it stands in a transaction of its own and never more often than this.
const BETWEEN_NOTIFICATIONS: Duration = Duration::from_millis(20);
/// How long to wait before listening again after the connection broke, doubled each time up to the second value.
const RECONNECT: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(10));

/// Wakes waiting leases after a commit; clones are the same.
#[derive(Debug, Clone)]
pub struct Wakeup {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// Tells our own notifications from those of other replicas.
    replica: String,
    here: watch::Sender<()>,
    elsewhere: Notify,
}

impl Default for Wakeup {
    fn default() -> Self {
        let shared = Shared {
            replica: Uuid::new_v4().to_string(),
            here: watch::Sender::new(()),
            elsewhere: Notify::new(),
        };
        Self { shared: Arc::new(shared) }
    }
}

impl Wakeup {
    /// Says that a job may be due; call it after the commit.
    pub fn poke(&self) {
        self.shared.here.send_replace(());
        self.shared.elsewhere.notify_one();
    }

    /// Hears of every poke from now on.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<()> {
        self.shared.here.subscribe()
    }

    /// Carries pokes to other replicas and theirs here, until `stop`.
    pub async fn run(&self, db: Pool, settings: pullwright_pg::Settings, stop: CancellationToken) {
        tokio::select! {
            () = self.tell(&db) => {}
            () = self.listen(&settings) => {}
            () = stop.cancelled() => {}
        }
    }

    async fn tell(&self, db: &Pool) {
        const SQL: &str = "SELECT pg_notify('pullwright_jobs', $1)";
        loop {
            self.shared.elsewhere.notified().await;
            let told = async { db.client().await?.query(SQL, &[&self.shared.replica]).await };
            if let Err(error) = told.await {
                tracing::warn!(
                    error.chain = chain(&error),
                    "could not tell other replicas about jobs"
                );
            }
            tokio::time::sleep(BETWEEN_NOTIFICATIONS).await;
        }
    }

    async fn listen(&self, settings: &pullwright_pg::Settings) {
        let mut wait = RECONNECT.0;
        loop {
            match self.listen_once(settings, &mut wait).await {
                Ok(()) => tracing::warn!("the connection that listens for jobs was closed"),
                Err(error) => {
                    tracing::warn!(error.chain = chain(&error), "could not listen for jobs")
                }
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(RECONNECT.1);
        }
    }

    async fn listen_once(
        &self,
        settings: &pullwright_pg::Settings,
        wait: &mut Duration,
    ) -> Result<()> {
        let (client, mut connection) = pullwright_pg::connect_alone(settings).await?;
        let mut messages = stream::poll_fn(|cx| connection.poll_message(cx)).fuse();
        let listening = async {
            let answer = client.batch_execute("LISTEN pullwright_jobs").await;
            // Jobs may have been queued while nobody listened.
            self.shared.here.send_replace(());
            answer
        };
        let mut listening = std::pin::pin!(listening);
        let mut is_listening = false;
        loop {
            tokio::select! {
                answer = &mut listening, if !is_listening => {
                    answer.map_err(PgError::from)?;
                    is_listening = true;
                    *wait = RECONNECT.0;
                }
                message = messages.next() => match message {
                    None => return Ok(()),
                    Some(Err(error)) => return Err(PgError::from(error).into()),
                    Some(Ok(AsyncMessage::Notification(told))) if told.payload() != self.shared.replica => {
                        self.shared.here.send_replace(());
                    }
                    Some(Ok(_)) => {}
                },
            }
        }
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
