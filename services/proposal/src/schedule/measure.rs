//! What the ledger's tables hold, as numbers for Prometheus. Every replica says the same; whoever adds them up takes the largest.

use metrics::{Unit, describe_gauge, gauge};

use crate::{
    App,
    domain::job::Kind,
    error::Result,
    store::{deliveries, delivery_logs, jobs},
};

const DELIVERIES: &str = "deliveries.kept";
const OLDEST_DELIVERY: &str = "deliveries.oldest_unapplied_seconds";
const LOGGED: &str = "deliveries.never_came";
const QUEUED: &str = "jobs.queued";
const OLDEST_JOB: &str = "jobs.oldest_age_seconds";

/// Says what the numbers are.
pub(super) fn describe() {
    describe_gauge!(DELIVERIES, "Deliveries that are kept, by what came of them.");
    describe_gauge!(
        OLDEST_DELIVERY,
        Unit::Seconds,
        "How long ago the oldest delivery came that is not applied yet, by outcome."
    );
    describe_gauge!(LOGGED, "Deliveries that GitHub sent and that never came, by state.");
    describe_gauge!(QUEUED, "Jobs that are due and not leased, by kind.");
    describe_gauge!(
        OLDEST_JOB,
        Unit::Seconds,
        "For how long the job has been due that is due longest, by kind."
    );
}

/// Counts anew. What there is none of any more is said to be 0.
pub(super) async fn step(app: &App) -> Result<()> {
    let client = app.db.client().await?;
    let kept = deliveries::counts(&client).await?;
    for outcome in crate::domain::delivery::Outcome::ALL {
        let counted = kept.iter().find(|counted| counted.outcome == outcome);
        let labels = [("outcome", outcome.as_str())];
        gauge!(DELIVERIES, &labels).set(count(counted.map_or(0, |counted| counted.rows)));
        let oldest = counted.and_then(|counted| counted.oldest).unwrap_or_default();
        if matches!(outcome.as_str(), "failed" | "parked") {
            gauge!(OLDEST_DELIVERY, &labels).set(oldest.as_secs_f64());
        }
    }
    let logged = delivery_logs::counts(&client).await?;
    gauge!(LOGGED, "state" => "missing").set(count(logged.missing));
    gauge!(LOGGED, "state" => "lost").set(count(logged.lost));
    let waiting = jobs::waiting(&client).await?;
    for kind in Kind::ALL {
        let waits = waiting.iter().find(|waits| waits.kind == kind);
        let labels = [("kind", kind.as_str())];
        gauge!(QUEUED, &labels).set(count(waits.map_or(0, |waits| waits.jobs)));
        let longest = waits.map_or(0.0, |waits| waits.longest.as_secs_f64());
        gauge!(OLDEST_JOB, &labels).set(longest);
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "exact up to 2^53, and shown to people")]
const fn count(rows: i64) -> f64 {
    rows as f64
}
