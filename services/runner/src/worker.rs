//! Leases lanes and works on as many of them at once as there are slots. Does not know what a job does.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use pullwright_proto::job::JobKind;
use pullwright_rpc::explain::chain;
use tokio::{
    sync::Semaphore,
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{App, lane};

/// The kinds of jobs that write, one lane at a time for each repository.
const PUSH: [JobKind; 4] = [
    JobKind::OpenPullRequest,
    JobKind::ClosePullRequest,
    JobKind::CommentPullRequest,
    JobKind::TidyPullRequest,
];
/// The kinds of jobs that read.
const READ: [JobKind; 4] = [
    JobKind::ReconcilePullRequests,
    JobKind::FillDeliveryGaps,
    JobKind::RegisterWebhook,
    JobKind::SweepOrphans,
];
/// How long one request for work waits at the ledger: shorter than any time limit on the way.
const WAIT: Duration = Duration::from_secs(10);
/// How long to wait before asking again when the ledger or Redis is away.
const PAUSE: Duration = Duration::from_secs(1);

/// Works until the app is asked to stop, then lets lanes that are under way end within the grace period.
///
/// Jobs that write and jobs that read have slots of their own, so that neither waits for the other.
pub async fn run(app: App, holder: String) {
    lane::describe();
    let (push, read) = (app.settings.concurrency, app.settings.read_concurrency);
    tokio::join!(
        keep(&app, &holder, Slots { kinds: &PUSH, count: push, need_locks: true }),
        keep(&app, &holder, Slots { kinds: &READ, count: read, need_locks: false }),
    );
}

/// Room for lanes of some kinds of jobs.
struct Slots {
    kinds: &'static [JobKind],
    count: usize,
    /// Whether the lanes take a lock each, so that nothing is begun while Redis is away.
    need_locks: bool,
}

async fn keep(app: &App, holder: &str, slots: Slots) {
    let free = Arc::new(Semaphore::new(slots.count));
    let mut lanes = JoinSet::new();
    loop {
        let slot = tokio::select! {
            () = app.stop.cancelled() => break,
            slot = Arc::clone(&free).acquire_owned() => match slot {
                Ok(slot) => slot,
                Err(closed) => unreachable!("nobody closes the semaphore: {closed}"),
            },
        };
        while let Some(ended) = lanes.try_join_next() {
            report(ended);
        }
        let asked = Instant::now();
        let leased = tokio::select! {
            () = app.stop.cancelled() => break,
            leased = next(app, holder, &slots) => leased,
        };
        match leased {
            Some(lease) => {
                let app = app.clone();
                lanes.spawn(async move {
                    if slots.need_locks {
                        lane::push::work(app, lease, asked).await;
                    } else {
                        lane::read::work(app, lease, asked).await;
                    }
                    drop(slot);
                });
            }
            None => drop(slot),
        }
    }
    drain(app, lanes).await;
}

/// The next lane, if one came up while we waited. Without Redis nothing new is begun that needs it.
async fn next(app: &App, holder: &str, slots: &Slots) -> Option<pullwright_proto::job::Lease> {
    if slots.need_locks && !app.locks.is_up().await {
        tracing::warn!("redis is away, nothing new is begun");
        sleep(PAUSE).await;
        return None;
    }
    match app.ledger.lease(holder, slots.kinds, WAIT).await {
        Ok(lease) => lease,
        Err(error) => {
            tracing::warn!(error.chain = chain(&error), "the ledger gives no work");
            sleep(PAUSE).await;
            None
        }
    }
}

async fn drain(app: &App, mut lanes: JoinSet<()>) {
    if lanes.is_empty() {
        return;
    }
    tracing::info!(lanes = lanes.len(), "waiting for lanes that are under way");
    let all = async {
        while let Some(ended) = lanes.join_next().await {
            report(ended);
        }
    };
    if timeout(app.settings.stop_grace, all).await.is_err() {
        tracing::warn!(
            "stopped with lanes under way; their leases run out and others take them up"
        );
    }
}

fn report(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(error = %error, "a lane ended early; its lease runs out and it is taken up again");
    }
}
