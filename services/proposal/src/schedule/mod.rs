//! What has to be done from time to time, and by no call: the ledger looks what is due and queues the jobs that look. Any number of
//! replicas share it without doing anything twice.
//!
//! Knows no GitHub: runners look, and tell what they saw.

mod complaint;
mod settings;
mod sync;

use std::sync::Arc;

use complaint::Complaint;
pub use settings::Settings;

use crate::{
    App,
    error::Result,
    store::{looks, turns, watches},
};

/// Most jobs of each sort that are queued at once; what is left is queued the next time.
const MOST: i64 = 500;

/// The schedule of one replica.
pub struct Schedule {
    app: Arc<App>,
    has_begun: bool,
    registry: Complaint,
    queue: Complaint,
}

impl Schedule {
    /// A schedule that has done nothing yet.
    #[must_use]
    pub fn new(app: Arc<App>) -> Self {
        Self {
            app,
            has_begun: false,
            registry: Complaint::about("copy what the registry has"),
            queue: Complaint::about("queue what is due"),
        }
    }

    /// Does what is due, again and again, until the service stops.
    pub(crate) async fn run(mut self) {
        let app = self.app.clone();
        let again = async {
            loop {
                tokio::time::sleep(app.settings.schedule.every).await;
                self.step().await;
            }
        };
        tokio::select! {
            () = again => {}
            () = app.stop.cancelled() => {}
        }
    }

    /// Does what is due now. What fails is said in the log, holds up nothing else, and is tried again the next time.
    pub async fn step(&mut self) {
        let synced = sync::step(&self.app).await;
        self.registry.hear(synced);
        let queued = self.begin_and_queue().await;
        self.queue.hear(queued);
    }

    async fn begin_and_queue(&mut self) -> Result<()> {
        if !self.has_begun {
            // Whoever was away may have missed something.
            looks::hasten_gaps(&self.app.db.client().await?).await?;
            self.has_begun = true;
        }
        queue(&self.app).await
    }
}

/// Queues what is due, unless another replica does.
async fn queue(app: &App) -> Result<()> {
    let pace = &app.settings.schedule.pace;
    let mut client = app.db.client().await?;
    let tx = client.begin().await?;
    if !turns::is_ours(&tx).await? {
        return Ok(());
    }
    watches::plan(&tx, pace).await?;
    let due = looks::due(&tx, MOST, pace.orphan_sweep_every).await?;
    let queued = match due.is_empty() {
        true => 0,
        false => looks::enqueue(&tx, &due).await?,
    };
    tx.commit().await?;
    if queued > 0 {
        app.wakeup.poke();
    }
    Ok(())
}
