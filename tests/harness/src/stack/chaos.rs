//! Killing parts of the stack as a crash would, and starting them again on the same port and data.

use anyhow::Context as _;

use super::{Service, Stack};

impl Stack {
    /// Kills a service with SIGKILL; it is gone when this returns, and its port is free.
    pub fn crash(&mut self, service: Service) -> anyhow::Result<()> {
        let process = self.processes.remove(&service).context("the service runs")?;
        process.kill9()
    }

    /// Starts a service again as it was; does not wait until it is ready.
    pub fn restart(&mut self, service: Service) -> anyhow::Result<()> {
        self.launch(service)
    }

    /// Kills PostgreSQL as a crash would; what it had committed stays.
    pub async fn crash_postgres(&self) -> anyhow::Result<()> {
        self.postgres.kill9().await.context("kill PostgreSQL")
    }

    /// Starts PostgreSQL again on the same port and data, and waits until it takes connections.
    pub async fn restart_postgres(&self) -> anyhow::Result<()> {
        self.postgres.restart().await.context("start PostgreSQL again")
    }
}
