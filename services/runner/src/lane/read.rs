//! A lane of jobs that read: no lock, so Redis may be away; renews the lease and does the jobs one after the other.

use std::{sync::Arc, time::Instant};

use pullwright_proto::job;

use super::{ending, renew_once, ticks};
use crate::{
    App,
    jobs::Look,
    lease::Lease,
    reads::{self, Reading},
    steps::Steps,
};

/// Does the jobs of a lane that was leased to a request made at `asked`.
pub async fn work(app: App, granted: job::Lease, asked: Instant) {
    let lease = Arc::new(Lease::new(&granted, asked, app.ledger.clone()));
    // An answer that was long on its way left less than the next renewal waits for.
    if lease.left() < app.settings.renew_every && lease.renew().await.is_err() {
        return;
    }
    let renewing = tokio::spawn(renew(app.clone(), Arc::clone(&lease)));
    for job in &granted.jobs {
        if lease.is_lost() {
            tracing::warn!(
                lane = lease.lane,
                "the lease is lost, its other jobs are left to the next holder"
            );
            break;
        }
        let steps = Steps::default();
        let look = Look { app: &app, steps: &steps };
        let reading = Reading { look, lease: &lease, job_id: &job.id };
        ending::end(&app, &lease, job, &steps, reads::run(&reading, job)).await;
    }
    renewing.abort();
    if renewing.await.is_err_and(|error| error.is_panic()) {
        tracing::error!("the renewal of a lease panicked");
    }
}

/// Renews the lease until it is told to end, or it is lost.
async fn renew(app: App, lease: Arc<Lease>) {
    let mut tick = ticks(&app).await;
    loop {
        tick.tick().await;
        if !renew_once(&lease).await {
            return;
        }
    }
}
