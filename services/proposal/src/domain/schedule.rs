//! When something is looked at again. Pure: it is told what was found and how long was waited before.

use std::time::Duration;

use super::{PullRequestState, job::Read};

/// How often is looked when nothing calls for more or less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Pull requests that are open.
    pub reconcile_every: Duration,
    /// A pull request that was closed, for the first time; each time after it waits twice as long.
    pub closed_look_after: Duration,
    /// GitHub's logs of deliveries.
    pub gap_fill_every: Duration,
    /// Hooks.
    pub hook_check_every: Duration,
    /// What nobody wants.
    pub orphan_sweep_every: Duration,
}

/// The longest wait for what still may change: a closed pull request, and one that GitHub does not know any more.
pub const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
/// The first wait after a failure, unless all is looked at more often anyway.
pub const FIRST_AFTER_FAILURE: Duration = Duration::from_secs(60);
/// The longest wait after failures.
pub const LONGEST_AFTER_FAILURE: Duration = Duration::from_secs(60 * 60);
/// How often GitHub is asked for a delivery that never came.
pub const MOST_ASKED: i32 = 5;
/// How long GitHub keeps its log of deliveries.
pub const LOG_KEPT: Duration = Duration::from_secs(3 * 24 * 60 * 60);
/// How long GitHub waits for the answer to a delivery.
pub const ANSWER_TIME: Duration = Duration::from_secs(10);

/// What a look at a pull request ended with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// It is in this state.
    State(PullRequestState),
    /// GitHub does not know it.
    Gone,
    /// Nobody could say; GitHub may have named a time not to ask before.
    Failed {
        /// How long not to ask again.
        retry_after: Option<Duration>,
    },
}

/// When to look again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    /// After this time.
    pub wait: Duration,
    /// What the next wait grows from, if it grows.
    pub distance: Option<Duration>,
}

impl Next {
    const fn even(wait: Duration) -> Self {
        Self { wait, distance: None }
    }

    const fn growing(wait: Duration) -> Self {
        Self { wait, distance: Some(wait) }
    }
}

impl Pace {
    /// When to look at a pull request again after this was found; `last` is the distance after the look before, if that had one.
    #[must_use]
    pub fn pull_request(&self, found: Found, last: Option<Duration>) -> Next {
        match found {
            Found::State(PullRequestState::Open) => Next::even(self.reconcile_every),
            Found::State(PullRequestState::Closed | PullRequestState::Merged) => {
                Next::growing(grown(last, self.closed_look_after, LONGEST))
            }
            Found::Gone => Next::growing(grown(last, self.reconcile_every, LONGEST)),
            Found::Failed { retry_after } => {
                let distance = grown(last, self.reconcile_every, LONGEST_AFTER_FAILURE);
                Next { wait: distance.max(limited(retry_after)), distance: Some(distance) }
            }
        }
    }

    /// When to look again after all went well.
    #[must_use]
    pub const fn after_success(&self, read: Read) -> Duration {
        match read {
            // Each pull request has its own time.
            Read::PullRequests => Duration::ZERO,
            Read::DeliveryGaps => self.gap_fill_every,
            Read::Webhook => self.hook_check_every,
            Read::Orphans => self.orphan_sweep_every,
        }
    }

    /// When to look again after it did not; `last` is how long was waited after the failure before, if there was one.
    #[must_use]
    pub fn after_failure(
        &self,
        read: Read,
        last: Option<Duration>,
        retry_after: Option<Duration>,
    ) -> Next {
        let every = match read {
            Read::PullRequests => self.reconcile_every,
            Read::DeliveryGaps | Read::Webhook | Read::Orphans => self.after_success(read),
        };
        let distance = grown(last, every.min(FIRST_AFTER_FAILURE), LONGEST_AFTER_FAILURE);
        Next { wait: distance.max(limited(retry_after)), distance: Some(distance) }
    }

    /// How long to wait for a delivery that GitHub agreed to send again for the `asked`th time, before it is asked once more.
    #[must_use]
    pub fn after_asking(&self, asked: i32) -> Duration {
        let doublings = u32::try_from(asked).unwrap_or(0);
        let wait = self.gap_fill_every.saturating_mul(2u32.saturating_pow(doublings));
        wait.min(LONGEST_AFTER_FAILURE)
    }
}

/// Twice as long as the last time, from `first` up to `longest`.
fn grown(last: Option<Duration>, first: Duration, longest: Duration) -> Duration {
    last.map_or(first, |last| last.saturating_mul(2).max(first)).min(longest.max(first))
}

fn limited(retry_after: Option<Duration>) -> Duration {
    retry_after.unwrap_or_default().min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);
    const HOUR: Duration = Duration::from_secs(60 * 60);
    const PACE: Pace = Pace {
        reconcile_every: Duration::from_secs(5 * 60),
        closed_look_after: HOUR,
        gap_fill_every: MINUTE,
        hook_check_every: Duration::from_secs(10 * 60),
        orphan_sweep_every: HOUR,
    };

    /// The waits after each of so many looks that find the same.
    fn waits(found: Found, looks: usize) -> Vec<Duration> {
        let mut last = None;
        let mut wait = || {
            let next = PACE.pull_request(found, last);
            last = next.distance;
            next.wait
        };
        (0..looks).map(|_| wait()).collect()
    }

    #[test]
    fn an_open_pull_request_is_looked_at_at_an_even_pace() {
        let open = Found::State(PullRequestState::Open);
        assert_eq!(waits(open, 3), [PACE.reconcile_every; 3]);
    }

    #[test]
    fn a_closed_pull_request_is_looked_at_after_an_hour_and_then_ever_more_seldom_down_to_once_a_day()
     {
        let closed = Found::State(PullRequestState::Closed);
        let hours: Vec<_> = waits(closed, 8).iter().map(|wait| wait.as_secs() / 3600).collect();
        assert_eq!(hours, [1, 2, 4, 8, 16, 24, 24, 24]);
    }

    #[test]
    fn what_is_gone_is_looked_for_ever_more_seldom() {
        let waits = waits(Found::Gone, 12);
        assert_eq!(waits[..3], [5 * MINUTE, 10 * MINUTE, 20 * MINUTE]);
        assert_eq!(waits[11], LONGEST);
    }

    #[test]
    fn a_failure_waits_as_long_as_github_says_and_at_least_ever_longer() {
        let failed = |seconds| Found::Failed { retry_after: Some(Duration::from_secs(seconds)) };
        let named = PACE.pull_request(failed(7_200), None);
        assert_eq!((named.wait, named.distance), (2 * HOUR, Some(5 * MINUTE)));
        assert_eq!(PACE.pull_request(failed(1), named.distance).wait, 10 * MINUTE);
        assert_eq!(PACE.pull_request(failed(u64::MAX), None).wait, LONGEST);
    }

    #[test]
    fn a_hook_that_cannot_be_registered_is_tried_after_a_minute_and_then_ever_more_seldom() {
        let mut last = None;
        let mut wait = || {
            let next = PACE.after_failure(Read::Webhook, last, None);
            last = next.distance;
            next.wait.as_secs() / 60
        };
        let minutes: Vec<_> = (0..8).map(|_| wait()).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 60, 60]);
    }

    #[test]
    fn where_all_is_looked_at_often_a_failure_waits_no_longer() {
        let often = Pace { gap_fill_every: Duration::from_secs(10), ..PACE };
        let next = often.after_failure(Read::DeliveryGaps, None, None);
        assert_eq!(next.wait, Duration::from_secs(10));
    }
}
