//! How long each step of a job took.

use std::{future::Future, sync::Mutex, sync::PoisonError, time::Instant};

use pullwright_proto::job::StepTiming;
use tracing::Instrument as _;

use crate::failpoint::{self, Moment};

/// The steps of one attempt, in the order in which they ended.
#[derive(Debug, Default)]
pub struct Steps(Mutex<Vec<StepTiming>>);

impl Steps {
    /// Runs `work` as a step of this name, in a span of its own and with a failpoint on either side.
    pub async fn time<F: Future>(&self, step: &'static str, work: F) -> F::Output {
        failpoint::reach(step, Moment::Before);
        let started = Instant::now();
        let output = work.instrument(tracing::info_span!("step", otel.name = step)).await;
        failpoint::reach(step, Moment::After);
        let duration = started.elapsed().try_into().ok();
        let mut steps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        steps.push(StepTiming { step: step.to_owned(), duration });
        output
    }

    /// The steps so far.
    #[must_use]
    pub fn taken(&self) -> Vec<StepTiming> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
