//! Killing parts of the stack as a crash would, and starting them again on the same port and data.

use std::time::Duration;

use anyhow::Context as _;

use super::{Service, Stack};

/// How long programs are started again and again before their end counts.
const REVIVED_WITHIN: Duration = Duration::from_secs(60);

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

    /// Starts again what ended by itself, as a unit manager would: a core whose database stays away ends.
    pub fn revive(&mut self) -> anyhow::Result<Vec<Service>> {
        let ended =
            |service: &Service| self.process(*service).is_some_and(|process| !process.is_running());
        let ended: Vec<Service> = Service::ALL.into_iter().filter(ended).collect();
        for service in &ended {
            self.launch(*service)?;
        }
        Ok(ended)
    }

    /// Does as `wait_until_ready`, and starts again on the way what ends by itself.
    pub async fn wait_until_revived(&mut self) -> anyhow::Result<()> {
        let deadline = tokio::time::Instant::now() + REVIVED_WITHIN;
        loop {
            let revived = self.revive()?;
            match self.wait_until_ready().await {
                Err(error) if tokio::time::Instant::now() > deadline => return Err(error),
                Err(_) if self.processes.values().any(|process| !process.is_running()) => {
                    // A database that recovers would end it again at once.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                answered => {
                    return answered.with_context(|| format!("after starting {revived:?} again"));
                }
            }
        }
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
