//! Points in time for people: in UTC to the second, and how far away that is.

use jiff::{Timestamp, Unit};

/// Such as `2026-01-02T03:04:05Z (3 minutes ago)`.
pub(super) fn when(at: Timestamp, now: Timestamp) -> String {
    let second = at.round(Unit::Second).unwrap_or(at);
    format!("{second} ({})", distance(at.as_second() - now.as_second()))
}

fn distance(seconds: i64) -> String {
    let far = match seconds.unsigned_abs() {
        0 => return "now".to_owned(),
        far @ 1..=119 => count(far, "second"),
        far @ 120..=7_199 => count(far / 60, "minute"),
        far @ 7_200..=172_799 => count(far / 3_600, "hour"),
        far => count(far / 86_400, "day"),
    };
    if seconds < 0 { format!("{far} ago") } else { format!("in {far}") }
}

/// Such as `1 second` and `2 seconds`.
pub(super) fn count(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(0, "2026-01-02T03:04:05Z (now)")]
    #[case(-1, "2026-01-02T03:04:04Z (1 second ago)")]
    #[case(119, "2026-01-02T03:06:04Z (in 119 seconds)")]
    #[case(-120, "2026-01-02T03:02:05Z (2 minutes ago)")]
    #[case(7_200, "2026-01-02T05:04:05Z (in 2 hours)")]
    #[case(-172_800, "2025-12-31T03:04:05Z (2 days ago)")]
    fn a_time_is_told_absolutely_and_relatively(#[case] seconds: i64, #[case] told: &str) {
        let now: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        let at = Timestamp::from_second(now.as_second() + seconds).unwrap();
        assert_eq!(when(at, now), told);
    }
}
