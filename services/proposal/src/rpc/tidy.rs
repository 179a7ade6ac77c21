//! Queues the tidying up after a lease that announced an effect and never ended: whoever held it may still wake and go on.

use crate::{
    App,
    error::Result,
    store::{
        Transaction,
        events::{self, NewEvent},
        jobs::{self, Job, Kind, NewJob},
    },
};

/// Queues it for the generations of these jobs, due when the longest effect must be over.
pub(super) async fn queue<'j>(
    app: &App,
    tx: &Transaction<'_>,
    jobs: impl IntoIterator<Item = &'j Job>,
) -> Result<()> {
    let mut jobs: Vec<_> = jobs.into_iter().collect();
    // In one order, so that two that do this at the same time do not wait for each other.
    jobs.sort_by_key(|job| (job.subject, job.generation));
    jobs.dedup_by_key(|job| (job.subject, job.generation));
    for job in jobs {
        let tidy = NewJob {
            kind: Kind::TidyPullRequest,
            subject: job.subject,
            generation: job.generation,
            lane: job.lane.clone(),
            wait: app.settings.tidy_after,
            reason: Some(format!("a lease of {} announced an effect and never ended", job.lane)),
        };
        if jobs::enqueue(tx, &tidy).await?.is_new {
            let told = "a runner lost its lease after it had announced an effect; what it may leave will be tidied up";
            let event = NewEvent::new("tidy_queued", told)
                .fact("job", job.kind)
                .fact("generation", job.generation)
                .fact("after_s", app.settings.tidy_after.as_secs_f64());
            events::record(tx, job.subject, event).await?;
        }
    }
    Ok(())
}
