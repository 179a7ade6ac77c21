//! What has to be done from time to time, and by no call: what is due to be looked at is queued for runners, kept deliveries are tried again,
//! totals are folded. Any number of replicas share it without doing anything twice.
//!
//! Knows no GitHub: runners look, and tell what they saw.

mod complaint;
mod measure;
mod settings;
mod sync;

use std::{sync::Arc, time::Duration};

use complaint::Complaint;
pub use settings::Settings;
use tokio::time::sleep;

use crate::{
    App,
    error::Result,
    rpc::replay,
    store::{delivery_logs, looks, totals, turns, watches},
};

/// Most jobs of each sort that are queued at once; what is left is queued the next time.
const MOST: i64 = 500;
/// How often totals are folded.
const FOLD_EVERY: Duration = Duration::from_secs(2);
/// How often the tables are measured.
const MEASURE_EVERY: Duration = Duration::from_secs(10);
/// How often it is forgotten what nobody needs.
const FORGET_EVERY: Duration = Duration::from_secs(60);
const FORGET: &str = "keep_deliveries";

/// The schedule of one replica. Each of its parts goes its own way: one that is slow or fails holds up no other.
pub struct Schedule {
    app: Arc<App>,
    syncing: Complaint,
    queueing: Queueing,
    replaying: Complaint,
    folding: Complaint,
    measuring: Complaint,
}

impl Schedule {
    /// A schedule that has done nothing yet.
    #[must_use]
    pub fn new(app: Arc<App>) -> Self {
        Self {
            app,
            syncing: Complaint::about("copy what the registry has"),
            queueing: Queueing {
                has_begun: false,
                complaint: Complaint::about("queue what is due to be looked at"),
            },
            replaying: Complaint::about("try kept deliveries again"),
            folding: Complaint::about("fold the totals"),
            measuring: Complaint::about("measure the tables"),
        }
    }

    /// Does what is due, again and again, until the service stops.
    pub(crate) async fn run(self) {
        let Self { app, mut syncing, mut queueing, mut replaying, mut folding, mut measuring } =
            self;
        measure::describe();
        let every = app.settings.schedule.every;
        let sync = async {
            loop {
                sleep(every).await;
                syncing.hear(sync::step(&app).await);
            }
        };
        let queue = async {
            loop {
                sleep(every).await;
                queueing.step(&app).await;
            }
        };
        let replay = async {
            loop {
                sleep(every).await;
                replaying.hear(keep_deliveries(&app).await);
            }
        };
        let fold = async {
            loop {
                sleep(FOLD_EVERY).await;
                folding.hear(fold(&app).await);
            }
        };
        let measure = async {
            loop {
                measuring.hear(measure::step(&app).await);
                sleep(MEASURE_EVERY).await;
            }
        };
        tokio::select! {
            ((), (), (), (), ()) = async { tokio::join!(sync, queue, replay, fold, measure) } => {}
            () = app.stop.cancelled() => {}
        }
    }

    /// Does all that is due now, once. What fails is said in the log, and is tried again the next time.
    pub async fn step(&mut self) {
        let app = &self.app;
        self.syncing.hear(sync::step(app).await);
        self.queueing.step(app).await;
        self.replaying.hear(keep_deliveries(app).await);
        self.folding.hear(fold(app).await);
        self.measuring.hear(measure::step(app).await);
    }
}

/// Queueing what is due to be looked at.
struct Queueing {
    has_begun: bool,
    complaint: Complaint,
}

impl Queueing {
    async fn step(&mut self, app: &App) {
        let went = self.queue(app).await;
        self.complaint.hear(went);
    }

    async fn queue(&mut self, app: &App) -> Result<()> {
        if !self.has_begun {
            // Whoever was away may have missed something.
            looks::hasten_gaps(&app.db.client().await?).await?;
            self.has_begun = true;
        }
        queue(app).await
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

/// Tries deliveries again, and forgets what nobody needs of those that never came.
async fn keep_deliveries(app: &App) -> Result<()> {
    replay::step(app).await?;
    let client = app.db.client().await?;
    if turns::take(&client, FORGET, FORGET_EVERY).await?.is_some() {
        delivery_logs::tidy(&client, None).await?;
        delivery_logs::forget_old(&client, app.settings.delivery_retention).await?;
    }
    Ok(())
}

async fn fold(app: &App) -> Result<()> {
    while totals::fold(&app.db.client().await?).await? {}
    Ok(())
}
