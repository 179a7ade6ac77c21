//! When a failed attempt is made again. Pure: chance and time are arguments.

use std::time::Duration;

/// What the runner says about trying again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// It does not help.
    Never,
    /// It helps after this time; the attempt is not counted.
    After(Duration),
    /// It may help, the later the more.
    Backoff,
}

/// What becomes of the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Trying again would not help.
    Hopeless,
    /// It was tried often or long enough.
    GiveUp,
    /// It waits this long, at least.
    Wait {
        /// How long.
        wait: Duration,
        /// Whether the attempt counts towards giving up.
        is_counted: bool,
    },
}

/// How many attempts are made.
pub const ATTEMPTS: i32 = 20;
/// How long attempts are made, from the first one on.
pub const AGE: Duration = Duration::from_secs(60 * 60);
/// The longest wait between two attempts.
pub const LONGEST: Duration = Duration::from_secs(60);
/// The longest wait that a runner may ask for: longer than any limit of GitHub's lasts.
pub const LONGEST_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// Decides after attempt number `attempt`, which is counted from 1, of a job that is `age` old.
///
/// `random` is even in 0..1: a wait is anything up to 1 s, 2 s, 4 s, … 60 s, so that jobs that failed together come back apart.
#[must_use]
pub fn decide(retry: Retry, attempt: i32, age: Duration, random: f64) -> Next {
    match retry {
        Retry::Never => Next::Hopeless,
        Retry::After(wait) => Next::Wait { wait: wait.min(LONGEST_AFTER), is_counted: false },
        Retry::Backoff if attempt >= ATTEMPTS || age >= AGE => Next::GiveUp,
        Retry::Backoff => {
            let doublings = u32::try_from(attempt.saturating_sub(1)).unwrap_or(0);
            let ceiling = Duration::from_secs(1).saturating_mul(2u32.saturating_pow(doublings));
            let wait = ceiling.min(LONGEST).mul_f64(random.clamp(0.0, 1.0));
            Next::Wait { wait, is_counted: true }
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const YOUNG: Duration = Duration::from_secs(1);

    #[rstest]
    #[case(1, 1)]
    #[case(2, 2)]
    #[case(3, 4)]
    #[case(6, 32)]
    #[case(7, 60)]
    #[case(19, 60)]
    fn the_wait_doubles_up_to_a_minute(#[case] attempt: i32, #[case] seconds: u64) {
        let wait = |random| decide(Retry::Backoff, attempt, YOUNG, random);
        let counted = |wait| Next::Wait { wait, is_counted: true };
        assert_eq!(wait(1.0), counted(Duration::from_secs(seconds)));
        assert_eq!(wait(0.5), counted(Duration::from_secs(seconds) / 2));
        assert_eq!(wait(0.0), counted(Duration::ZERO));
    }

    #[test]
    fn twenty_attempts_or_an_hour_are_enough() {
        assert_eq!(decide(Retry::Backoff, 20, YOUNG, 0.5), Next::GiveUp);
        assert_eq!(decide(Retry::Backoff, 2, AGE, 0.5), Next::GiveUp);
        assert_ne!(decide(Retry::Backoff, 19, AGE - YOUNG, 0.5), Next::GiveUp);
    }

    #[test]
    fn a_wait_that_was_asked_for_is_never_counted_and_ends_within_a_day() {
        let wait = |seconds| decide(Retry::After(Duration::from_secs(seconds)), 99, AGE * 9, 0.5);
        assert_eq!(wait(5), Next::Wait { wait: Duration::from_secs(5), is_counted: false });
        assert_eq!(wait(u64::MAX), Next::Wait { wait: LONGEST_AFTER, is_counted: false });
    }

    #[test]
    fn what_is_hopeless_is_not_tried_again() {
        assert_eq!(decide(Retry::Never, 1, Duration::ZERO, 0.5), Next::Hopeless);
    }
}
