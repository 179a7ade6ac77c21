//! The one connection that migrates: outside of the pool, without a statement limit, holding the advisory lock.
//!
//! The lock goes with the connection, so a migrator that dies leaves none.

use std::time::Duration;

use refinery::{Migration, Runner};
use tokio::{task::JoinHandle, time::timeout};
use tokio_postgres::Client;

use super::{Changes, MigrateError};
use crate::{PgError, Settings, connect_alone};

/// The advisory lock's key: the ASCII of `pwmigrat`. Each service has a database of its own, so one will do.
const LOCK: i64 = 0x7077_6d69_6772_6174;

const LOCK_WITHIN: Duration = Duration::from_secs(5 * 60);

pub(super) struct Session {
    client: Client,
    connection: JoinHandle<()>,
}

impl Session {
    pub(super) async fn open(settings: &Settings) -> Result<Self, MigrateError> {
        let (client, connection) = connect_alone(settings).await?;
        let connection = tokio::spawn(async move {
            // The client's next call gets the error as well.
            if let Err(error) = connection.await {
                tracing::warn!(%error, "the migrations' connection broke");
            }
        });
        Ok(Self { client, connection })
    }

    pub(super) async fn lock(settings: &Settings) -> Result<Self, MigrateError> {
        let session = Self::open(settings).await?;
        session.execute("SET statement_timeout = 0").await?;
        let take = format!("SELECT pg_advisory_lock({LOCK})");
        match timeout(LOCK_WITHIN, session.execute(&take)).await {
            Ok(taken) => taken.map(|()| session),
            Err(_) => Err(MigrateError::Locked { minutes: LOCK_WITHIN.as_secs() / 60 }),
        }
    }

    /// Ends the session and waits for it: whoever copies the database next must not meet our connection.
    pub(super) async fn unlock(self) -> Result<(), MigrateError> {
        let unlocked = self.execute(&format!("SELECT pg_advisory_unlock({LOCK})")).await;
        drop(self.client);
        // Only a panic or a runtime that ends could stand in the way, and neither leaves a lock behind.
        self.connection.await.ok();
        unlocked
    }

    pub(super) async fn up(&mut self, runner: &Runner) -> Result<Changes, MigrateError> {
        let report = runner.run_async(&mut self.client).await.map_err(MigrateError::Up)?;
        let applied = report.applied_migrations().iter().map(Migration::version).collect();
        Ok(Changes { applied, reverted: Vec::new() })
    }

    /// What the history says was applied; nothing before the first run.
    pub(super) async fn applied(
        &mut self,
        runner: &Runner,
    ) -> Result<Vec<Migration>, MigrateError> {
        const HISTORY: &str = "SELECT to_regclass('refinery_schema_history') IS NOT NULL";
        let row = self.client.query_one(HISTORY, &[]).await.map_err(PgError::from)?;
        if !row.get::<_, bool>(0) {
            return Ok(Vec::new());
        }
        runner.get_applied_migrations_async(&mut self.client).await.map_err(MigrateError::Up)
    }

    pub(super) async fn revert(&mut self, version: i32, sql: &str) -> Result<(), MigrateError> {
        const FORGET: &str = "DELETE FROM refinery_schema_history WHERE version = $1";
        let reverted = async {
            let transaction = self.client.transaction().await?;
            transaction.batch_execute(sql).await?;
            transaction.execute(FORGET, &[&version]).await?;
            transaction.commit().await
        };
        reverted.await.map_err(|error| MigrateError::Revert { version, source: error.into() })
    }

    async fn execute(&self, sql: &str) -> Result<(), MigrateError> {
        Ok(self.client.batch_execute(sql).await.map_err(PgError::from)?)
    }
}
