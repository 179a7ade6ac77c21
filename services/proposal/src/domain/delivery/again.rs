//! When a delivery that failed is tried again: soon, then ever later, and not for ever. Pure.

use std::time::Duration;

/// Most attempts, the first included.
pub const MOST_ATTEMPTS: i32 = 20;
/// The longest time between two attempts.
pub const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// How long after it came it is given up.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// How long to wait after this many failed attempts for something that came so long ago; none when it is given up.
#[must_use]
pub fn wait(attempts: i32, age: Duration) -> Option<Duration> {
    if attempts >= MOST_ATTEMPTS || age >= LONGEST {
        return None;
    }
    let doubled = u32::try_from(attempts - 1).unwrap_or(0).min(6);
    Some(Duration::from_secs(1 << doubled).min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::first(1, 0, Some(1))]
    #[case::second(2, 1, Some(2))]
    #[case::sixth(6, 60, Some(32))]
    #[case::capped(7, 120, Some(60))]
    #[case::capped_for_good(19, 2_000, Some(60))]
    #[case::too_often(20, 2_000, None)]
    #[case::too_long(2, 24 * 60 * 60, None)]
    fn the_wait_doubles_until_it_is_given_up(
        #[case] attempts: i32,
        #[case] age: u64,
        #[case] seconds: Option<u64>,
    ) {
        let wait = wait(attempts, Duration::from_secs(age));
        assert_eq!(wait.map(|wait| wait.as_secs()), seconds);
    }
}
