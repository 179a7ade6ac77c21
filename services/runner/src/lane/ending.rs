//! One job from its begin to the moment the ledger knows its end. Does not know what the job does.

use std::time::{Duration, Instant};

use metrics::{Unit, describe_histogram, histogram};
use pullwright_proto::job::{self, complete_job_request::Outcome};
use pullwright_rpc::{Context, explain::chain};
use pullwright_telemetry::trace_context;
use tracing::Instrument as _;

use crate::{
    App,
    error::JobError,
    lease::Lease,
    ledger::{Failure, LedgerError},
    steps::Steps,
};

const DURATION: &str = "jobs.attempt_duration_seconds";

/// Says what is counted of attempts.
pub(super) fn describe() {
    describe_histogram!(
        DURATION,
        Unit::Seconds,
        "How long attempts at jobs took, by kind and outcome."
    );
}

/// Runs `work`, under the trace and the request id of whoever wanted the job, and tells the ledger how it ended.
pub(super) async fn end(
    app: &App,
    lease: &Lease,
    job: &job::Job,
    steps: &Steps,
    work: impl Future<Output = Result<Outcome, JobError>>,
) {
    let kind = job.kind().as_str_name().trim_start_matches("JOB_KIND_").to_ascii_lowercase();
    let span = tracing::info_span!("job", otel.name = %kind, job.id = job.id, job.kind = kind, job.attempt = job.attempt, request.id = job.request_id);
    if !job.traceparent.is_empty() {
        trace_context::set_parent(&span, &job.traceparent);
    }
    let context =
        Context { request_id: job.request_id.clone(), actor: "runner".to_owned(), role: None };
    let whole = async {
        let started = Instant::now();
        let result = if app.stop.is_cancelled() { Err(JobError::Stopping) } else { work.await };
        let ended = if result.is_ok() { "done" } else { "failed" };
        histogram!(DURATION, "kind" => kind.clone(), "outcome" => ended).record(started.elapsed());
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
            Err(error) => fail(app, lease, &job.id, &error, steps).await,
        }
    };
    context.scope(whole.instrument(span)).await;
}

/// Tells the ledger that an attempt failed.
pub(super) async fn fail(app: &App, lease: &Lease, job_id: &str, error: &JobError, steps: &Steps) {
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
                tokio::time::sleep(Duration::from_millis(250)).await;
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
