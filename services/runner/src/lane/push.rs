//! A lane of jobs with effects: takes the repository's lock, renews both, does the jobs one after the other, gives all back.

use std::{sync::Arc, time::Instant};

use pullwright_proto::job;
use pullwright_rpc::explain::chain;
use uuid::Uuid;

use super::{ending, ticks};
use crate::{
    App,
    error::JobError,
    jobs::{self, Attempt, Look},
    lease::Lease,
    lock::{LockError, RepositoryLock},
    steps::Steps,
};

/// Does the jobs of a lane that was leased to a request made at `asked`.
pub async fn work(app: App, granted: job::Lease, asked: Instant) {
    let lease = Arc::new(Lease::new(&granted, asked, app.ledger.clone()));
    // An answer that was long on its way left less than the next renewal waits for.
    if lease.left() < app.settings.renew_every && lease.renew().await.is_err() {
        return;
    }
    let lock = match take_lock(&app, &lease).await {
        Ok(lock) => Arc::new(lock),
        Err(error) => return hand_back(&app, &lease, &granted.jobs, &error).await,
    };
    let renewing = tokio::spawn(renew(app.clone(), Arc::clone(&lease), Arc::clone(&lock)));
    for job in &granted.jobs {
        if lease.is_lost() {
            tracing::warn!(
                lane = lease.lane,
                "the lease is lost, its other jobs are left to the next holder"
            );
            break;
        }
        attempt(&app, &lease, &lock, job).await;
    }
    renewing.abort();
    // The lock's task has ended or is aborted; whichever reference is the last gives the lock back.
    if renewing.await.is_err_and(|error| error.is_panic()) {
        tracing::error!("the renewal of a lease panicked");
    }
    if let Some(lock) = Arc::into_inner(lock)
        && let Err(error) = app.locks.release(lock).await
    {
        tracing::warn!(
            error.chain = chain(&error),
            "the lock could not be given back and runs out"
        );
    }
}

async fn take_lock(app: &App, lease: &Lease) -> Result<RepositoryLock, JobError> {
    let repository_id =
        lease.lane.strip_prefix("push:").and_then(|id| id.parse::<Uuid>().ok()).ok_or(
            JobError::Spec {
                field: "lane",
                source: pullwright_types::Malformed { rule: "must be push:{repository id}" },
            },
        )?;
    Ok(app.locks.acquire(repository_id, lease.epoch, app.clock.now(), lease.left()).await?)
}

/// Renews lease and lock until it is told to end, or one of them is lost.
async fn renew(app: App, lease: Arc<Lease>, lock: Arc<RepositoryLock>) {
    let mut tick = ticks(&app).await;
    loop {
        tick.tick().await;
        if !super::renew_once(&lease).await {
            return;
        }
        if let Err(error) = keep_lock(&app, &lease, &lock).await {
            tracing::warn!(
                lane = lease.lane,
                error.chain = chain(&error),
                "the lock was not renewed"
            );
            if matches!(error, LockError::Superseded) {
                return lease.lose();
            }
        }
    }
}

/// Prolongs the lock; takes it anew where Redis forgot it while the lease is still ours.
async fn keep_lock(app: &App, lease: &Lease, lock: &RepositoryLock) -> Result<(), LockError> {
    match app.locks.renew(lock, lease.left()).await {
        Err(LockError::Superseded) => app
            .locks
            .acquire(lock.repository_id(), lock.epoch(), app.clock.now(), lease.left())
            .await
            .map(drop),
        other => other,
    }
}

/// Does one job with the lock in hand.
async fn attempt(app: &App, lease: &Lease, lock: &RepositoryLock, job: &job::Job) {
    let steps = Steps::default();
    let attempt = Attempt {
        look: Look { app, steps: &steps },
        lease,
        lock,
        job_id: &job.id,
        number: job.attempt,
    };
    ending::end(app, lease, job, &steps, jobs::run(&attempt, job)).await;
}

async fn hand_back(app: &App, lease: &Lease, jobs: &[job::Job], error: &JobError) {
    if error.is_lease_lost() {
        tracing::warn!(lane = lease.lane, "a newer lease holds the lock, ours is lost");
        return;
    }
    for job in jobs {
        ending::fail(app, lease, &job.id, error, &Steps::default()).await;
    }
}
