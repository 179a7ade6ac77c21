//! How long each step of a job took.

use std::{
    future::Future,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use pullwright_proto::job::StepTiming;
use tracing::Instrument as _;

use crate::failpoint::{self, Moment};

/// Most steps that the ledger takes with an attempt's end; with one more it would refuse the end itself.
const MOST: usize = 32;

/// The steps of one attempt, in the order in which they ended; those beyond the first 32 count into the last of the same name.
#[derive(Debug, Default)]
pub struct Steps(Mutex<Vec<(&'static str, Duration)>>);

impl Steps {
    /// Runs `work` as a step of this name, in a span of its own and with a failpoint on either side.
    pub async fn time<F: Future>(&self, step: &'static str, work: F) -> F::Output {
        failpoint::reach(step, Moment::Before);
        let started = Instant::now();
        let output = work.instrument(tracing::info_span!("step", otel.name = step)).await;
        failpoint::reach(step, Moment::After);
        self.took(step, started.elapsed());
        output
    }

    /// The steps so far.
    #[must_use]
    pub fn taken(&self) -> Vec<StepTiming> {
        let steps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let timing = |(step, time): &(&str, Duration)| StepTiming {
            step: (*step).to_owned(),
            duration: (*time).try_into().ok(),
        };
        steps.iter().map(timing).collect()
    }

    fn took(&self, step: &'static str, time: Duration) {
        let mut steps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if steps.len() < MOST {
            steps.push((step, time));
        } else if let Some((_, all)) = steps.iter_mut().rev().find(|(known, _)| *known == step) {
            *all += time;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_of_many_steps_tells_no_more_than_the_ledger_takes() {
        let steps = Steps::default();
        steps.took("list", Duration::from_secs(1));
        for _ in 0..100 {
            steps.took("redeliver", Duration::from_secs(1));
        }
        let taken = steps.taken();
        assert_eq!(taken.len(), 32);
        let seconds = taken.iter().filter_map(|step| step.duration).map(|time| time.seconds);
        assert_eq!(seconds.sum::<i64>(), 101);
    }
}
