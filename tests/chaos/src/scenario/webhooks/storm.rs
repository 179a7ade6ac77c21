//! Pull requests change while processes die.

use std::{
    convert::Infallible,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::Duration,
};

use anyhow::Context as _;
use pullwright_forge::{ControlClient, PullChange, PullChanges};
use pullwright_harness::{Service, Stack};
use tokio::time::Instant;

use super::{changes::Changes, options::Options, verdict::Watched};
use crate::{
    dice::Dice,
    kills::{Course, Done, Plan, Victim},
    progress::Progress,
};

/// How many changes the forge is asked for at once.
const AT_ONCE: usize = 10;
/// How often the line for whoever waits is renewed.
const TOLD_EVERY: Duration = Duration::from_millis(500);

/// Who is killed.
pub(super) const VICTIMS: [Victim; 3] =
    [Victim::Service(Service::Ingress), Victim::Service(Service::Proposal), Victim::Postgres];

/// What was done to the system.
pub(super) struct Storm {
    /// How many changes there were.
    pub(super) made: usize,
    /// How long the changes took.
    pub(super) took: Duration,
    pub(super) kills: Vec<Done>,
}

impl Storm {
    /// Changes in a second.
    pub(super) fn pace(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "some thousands")]
        let made = self.made as f64;
        made / self.took.as_secs_f64().max(f64::EPSILON)
    }
}

/// Lets it happen.
pub(super) async fn rage(
    stack: &mut Stack,
    forge: &ControlClient,
    options: &Options,
    watched: &[Watched],
    changes: &Changes,
    progress: &Progress,
) -> anyhow::Result<Storm> {
    let plan = Plan::new(&mut Dice::new(options.seed, 2), &VICTIMS, options.kills);
    let steps: Vec<PullChange> =
        changes.steps(|index| (watched[index].repository.clone(), watched[index].number)).collect();
    let (done, course) = (AtomicUsize::new(0), Course::default());
    let kill = course.carry_out(&plan, stack, || done.load(Relaxed) * 1_000 / steps.len().max(1));
    let change = change(forge, &steps, options.per_second, &done);
    let tell = tell(forge, progress, &course, &done, steps.len());
    let ((made, took), kills) = tokio::select! {
        ended = async { tokio::try_join!(change, kill) } => ended?,
        stopped = tell => match stopped? {},
    };
    Ok(Storm { made, took, kills })
}

/// Makes all changes at their pace, and counts the ones that are over; answers how many were made in which time.
async fn change(
    forge: &ControlClient,
    steps: &[PullChange],
    per_second: f64,
    done: &AtomicUsize,
) -> anyhow::Result<(usize, Duration)> {
    let started = Instant::now();
    let mut made = 0;
    for some in steps.chunks(AT_ONCE) {
        #[expect(clippy::cast_precision_loss, reason = "some thousands")]
        let at = done.load(Relaxed) as f64 / per_second;
        tokio::time::sleep_until(started + Duration::from_secs_f64(at)).await;
        let changes = PullChanges { changes: some.to_vec(), per_second: None };
        let report = forge.change_pulls(changes).await.context("change pull requests")?;
        made += usize::try_from(report.done)?;
        done.fetch_add(some.len(), Relaxed);
    }
    Ok((made, started.elapsed()))
}

/// Says how far it is, until it is dropped.
async fn tell(
    forge: &ControlClient,
    progress: &Progress,
    course: &Course,
    done: &AtomicUsize,
    all: usize,
) -> anyhow::Result<Infallible> {
    loop {
        let counts = forge.delivery_counts().await?;
        let down = match course.down() {
            none if none.is_empty() => String::new(),
            some => format!("; down: {}", some.join(", ")),
        };
        progress.now(format!(
            "{} of {all} changes; deliveries: {} taken, {} failed, {} on the way{down}",
            done.load(Relaxed),
            counts.ok,
            counts.failed,
            counts.pending,
        ));
        tokio::time::sleep(TOLD_EVERY).await;
    }
}
