//! A connection taken from the pool, and a transaction on it. Statements are sent through [`crate::Queries`].

use std::{
    fmt,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use deadpool_postgres::Object;
use tokio_postgres::IsolationLevel;

use crate::{PgError, Result};

/// Watches one connection: how long an answer may take, and whether one ever took longer.
#[derive(Debug)]
pub struct Watch {
    patience: Duration,
    gave_up: AtomicBool,
}

impl Watch {
    /// Waits for an answer; one that does not come makes the connection unfit for the pool.
    ///
    /// The server's own statement limit ends a slow statement earlier; this is for a server that is silent.
    pub(crate) async fn over<T>(
        &self,
        answer: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T> {
        match tokio::time::timeout(self.patience, answer).await {
            Ok(answer) => Ok(answer?),
            Err(elapsed) => {
                self.gave_up.store(true, Ordering::Relaxed);
                Err(PgError::Unavailable(elapsed.into()))
            }
        }
    }
}

/// A connection that goes back to its pool when dropped, unless it fell silent.
pub struct Client {
    object: Option<Object>,
    watch: Watch,
}

impl Client {
    pub(crate) fn new(object: Object, patience: Duration) -> Self {
        Self { object: Some(object), watch: Watch { patience, gave_up: AtomicBool::new(false) } }
    }

    /// Begins a transaction at the server's default isolation level, which is READ COMMITTED.
    pub async fn begin(&mut self) -> Result<Transaction<'_>> {
        let object = self.object.as_mut().expect(PRESENT);
        let inner = self.watch.over(object.transaction()).await?;
        Ok(Transaction { inner, watch: &self.watch })
    }

    /// Begins a transaction at the given isolation level.
    pub async fn begin_at(&mut self, level: IsolationLevel) -> Result<Transaction<'_>> {
        let object = self.object.as_mut().expect(PRESENT);
        let started = object.build_transaction().isolation_level(level).start();
        let inner = self.watch.over(started).await?;
        Ok(Transaction { inner, watch: &self.watch })
    }

    /// The driver's own client, for what [`crate::Queries`] does not have; without our time limit.
    pub fn driver(&self) -> &deadpool_postgres::Client {
        self.object.as_ref().expect(PRESENT)
    }

    pub(crate) fn watch(&self) -> &Watch {
        &self.watch
    }
}

const PRESENT: &str = "the connection is only taken out when dropped";

impl Drop for Client {
    fn drop(&mut self) {
        if self.watch.gave_up.load(Ordering::Relaxed)
            && let Some(object) = self.object.take()
        {
            drop(Object::take(object));
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("watch", &self.watch).finish_non_exhaustive()
    }
}

/// A transaction that is rolled back unless it is committed.
pub struct Transaction<'a> {
    inner: deadpool_postgres::Transaction<'a>,
    watch: &'a Watch,
}

impl<'t> Transaction<'t> {
    /// Makes what was done permanent.
    ///
    /// # Errors
    /// [`PgError::CommitUnknown`] when the connection was lost before the server answered.
    pub async fn commit(self) -> Result<()> {
        self.watch.over(self.inner.commit()).await.map_err(PgError::during_commit)
    }

    /// Undoes what was done.
    pub async fn rollback(self) -> Result<()> {
        self.watch.over(self.inner.rollback()).await
    }

    /// Begins a part of this transaction that can be undone alone (`SAVEPOINT`).
    pub async fn savepoint(&mut self) -> Result<Transaction<'_>> {
        let inner = self.watch.over(self.inner.transaction()).await?;
        Ok(Transaction { inner, watch: self.watch })
    }

    /// The driver's own transaction, for what [`crate::Queries`] does not have; without our time limit.
    pub fn driver(&self) -> &deadpool_postgres::Transaction<'t> {
        &self.inner
    }

    pub(crate) fn watch(&self) -> &Watch {
        self.watch
    }
}

impl fmt::Debug for Transaction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").field("watch", &self.watch).finish_non_exhaustive()
    }
}
