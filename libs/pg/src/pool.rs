//! The pool: connections made when needed, at most so many, each wait with an end.

use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, RecyclingMethod, Runtime};
use tokio::time::timeout;
use tokio_postgres::NoTls;

use crate::{Client, PgError, Queries, Result, Settings};

/// What a statement may take beyond the server's own limit before the connection is given up as dead.
const GRACE: Duration = Duration::from_secs(2);

/// A pool of connections; clones share it.
#[derive(Clone, Debug)]
pub struct Pool {
    inner: deadpool_postgres::Pool,
    acquire_timeout: Duration,
    patience: Duration,
}

/// How busy a pool is, for metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolStatus {
    /// Connections that are open, in use or not.
    pub size: usize,
    /// Connections that are open and not in use.
    pub idle: usize,
    /// Callers that wait for one.
    pub waiting: usize,
}

impl Pool {
    /// Makes a pool without connecting: a service may start before its database.
    ///
    /// # Errors
    /// [`PgError::Other`] when the URL cannot be parsed.
    pub fn connect(settings: &Settings) -> Result<Self> {
        // A connection that the server closed is noticed without asking; asking would cost a round trip each time.
        let config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(settings.config()?, NoTls, config);
        let inner = deadpool_postgres::Pool::builder(manager)
            .max_size(settings.pool_size.get())
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| PgError::Other(error.into()))?;
        Ok(Self {
            inner,
            acquire_timeout: settings.acquire_timeout,
            patience: settings.statement_timeout + GRACE,
        })
    }

    /// Takes a connection; it goes back when the client is dropped.
    ///
    /// # Errors
    /// [`PgError::Unavailable`] when none could be had in time.
    pub async fn client(&self) -> Result<Client> {
        let taken = timeout(self.acquire_timeout, self.inner.get()).await;
        let object = taken.map_err(|elapsed| PgError::Unavailable(elapsed.into()))??;
        Ok(Client::new(object, self.patience))
    }

    /// Asks the server for nothing, to see whether it answers within the time that a connection may take.
    pub async fn ping(&self) -> Result<()> {
        let answered = timeout(self.acquire_timeout, async {
            self.client().await?.query("SELECT 1", &[]).await
        });
        answered.await.map_err(|elapsed| PgError::Unavailable(elapsed.into()))??;
        Ok(())
    }

    /// How busy the pool is right now.
    pub fn status(&self) -> PoolStatus {
        let status = self.inner.status();
        PoolStatus { size: status.size, idle: status.available, waiting: status.waiting }
    }

    /// Closes the pool: who waits or comes later gets [`PgError::Unavailable`].
    pub fn close(&self) {
        self.inner.close();
    }
}
