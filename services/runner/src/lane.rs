//! Works on one leased lane: takes the repository's lock, renews both, does the jobs one after the other, gives all back.

use std::{sync::Arc, time::Instant};

use pullwright_proto::job;
use pullwright_rpc::{Context, explain::chain};
use pullwright_telemetry::trace_context;
use tokio::time::{MissedTickBehavior, interval};
use tracing::Instrument as _;
use uuid::Uuid;

use crate::{
    App,
    error::JobError,
    jobs::{self, Attempt, Look},
    lease::Lease,
    ledger::{Failure, LedgerError},
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
    let mut tick = interval(app.settings.renew_every);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tick.tick().await;
    loop {
        tick.tick().await;
        match lease.renew().await {
            Ok(()) => {}
            Err(LedgerError::LeaseLost) => return,
            Err(error) => tracing::warn!(
                lane = lease.lane,
                error.chain = chain(&error),
                "the lease was not renewed"
            ),
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

/// Does one job, under the trace and the request id of whoever wanted it, and tells the ledger how it ended.
async fn attempt(app: &App, lease: &Lease, lock: &RepositoryLock, job: &job::Job) {
    let kind = job.kind().as_str_name().trim_start_matches("JOB_KIND_").to_ascii_lowercase();
    let span = tracing::info_span!("job", otel.name = %kind, job.id = job.id, job.kind = kind, job.attempt = job.attempt, request.id = job.request_id);
    if !job.traceparent.is_empty() {
        trace_context::set_parent(&span, &job.traceparent);
    }
    let context =
        Context { request_id: job.request_id.clone(), actor: "runner".to_owned(), role: None };
    let work = async {
        let steps = Steps::default();
        let attempt = Attempt {
            look: Look { app, steps: &steps },
            lease,
            lock,
            job_id: &job.id,
            number: job.attempt,
        };
        let started = Instant::now();
        let result = if app.stop.is_cancelled() {
            Err(JobError::Stopping)
        } else {
            jobs::run(&attempt, job).await
        };
        let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        match result {
            Ok(outcome) => {
                tracing::info!(duration_ms, "job done");
                let told = tell(lease, || {
                    app.ledger.complete(&job.id, &lease.token, outcome.clone(), steps.taken())
                });
                steps.time("complete", told).await;
            }
            Err(error) if error.is_lease_lost() => {
                lease.lose();
                tracing::warn!(duration_ms, "stopped: the lease is lost");
            }
            Err(error) => fail(app, lease, &job.id, &error, &steps).await,
        }
    };
    context.scope(work.instrument(span)).await;
}

async fn hand_back(app: &App, lease: &Lease, jobs: &[job::Job], error: &JobError) {
    if error.is_lease_lost() {
        tracing::warn!(lane = lease.lane, "a newer lease holds the lock, ours is lost");
        return;
    }
    for job in jobs {
        fail(app, lease, &job.id, error, &Steps::default()).await;
    }
}

async fn fail(app: &App, lease: &Lease, job_id: &str, error: &JobError, steps: &Steps) {
    let message = app.redactor.redact(&error.text()).into_owned();
    tracing::warn!(error_code = error.reason(), error.chain = message, "attempt failed");
    tell(lease, || {
        let failure =
            Failure { reason: error.reason(), message: message.clone(), retry: error.retry() };
        app.ledger.fail(job_id, &lease.token, failure, steps.taken())
    })
    .await;
}

/// Tells the ledger how a job ended, again and again while it is away and the lease is ours: the same call again is safe.
async fn tell<F>(lease: &Lease, call: impl Fn() -> F)
where
    F: Future<Output = Result<(), LedgerError>>,
{
    loop {
        match call().await {
            Ok(()) => return,
            Err(LedgerError::Refused(refusal)) if refusal.is_unavailable() && !lease.is_lost() => {
                tracing::warn!(error = %refusal, "the ledger is away, telling it again");
                tokio::time::sleep(std::time::Duration::from_millis(250)).await;
            }
            Err(LedgerError::LeaseLost) => {
                lease.lose();
                return tracing::warn!("the job's end came too late, the lease is lost");
            }
            Err(error) => {
                return tracing::error!(error.chain = chain(&error), "the job's end was refused");
            }
        }
    }
}
