//! `grpc.health.v1`: serving while the probe says so, not serving while it does not or while we stop.

use std::{future::Future, time::Duration};

use tokio_util::sync::CancellationToken;
use tonic_health::{ServingStatus, server::HealthReporter};

/// How often readiness is looked at: often enough for a rolling restart, seldom enough to cost nothing.
const EVERY: Duration = Duration::from_secs(1);

/// Keeps `reporter` true: asks `ready` every second until `stop`, then says not serving.
pub(crate) async fn report<P, F>(
    reporter: HealthReporter,
    services: Vec<&'static str>,
    ready: P,
    stop: CancellationToken,
) where
    P: Fn() -> F,
    F: Future<Output = bool>,
{
    let mut known = None;
    loop {
        let now = tokio::select! {
            () = stop.cancelled() => false,
            now = ready() => now,
        };
        if known != Some(now) {
            let status = if now { ServingStatus::Serving } else { ServingStatus::NotServing };
            for service in services.iter().copied().chain([""]) {
                reporter.set_service_status(service, status).await;
            }
            tracing::info!(ready = now, "readiness changed");
            known = Some(now);
        }
        tokio::select! {
            () = stop.cancelled(), if known == Some(false) => return,
            () = stop.cancelled() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}
