//! Times for people: when, and how long ago.

use std::time::Duration;

use jiff::Timestamp;
use prost_types::Timestamp as Wire;
use pullwright_types::{Clock as _, SystemClock};

/// A time as the contract has it, for people.
pub trait Moment {
    /// RFC 3339 in UTC, to the second; a dash when absent.
    fn shown(&self) -> String;
    /// How long ago; a dash when absent.
    fn age(&self) -> String;
}

impl Moment for Option<Wire> {
    fn shown(&self) -> String {
        parsed(self.as_ref())
            .map_or_else(|| "-".to_owned(), |time| time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
    }

    fn age(&self) -> String {
        parsed(self.as_ref()).map_or_else(|| "-".to_owned(), |time| ago(time, SystemClock.now()))
    }
}

fn parsed(time: Option<&Wire>) -> Option<Timestamp> {
    time.and_then(|time| Timestamp::new(time.seconds, time.nanos).ok())
}

/// How long `then` is before `now`, in the largest unit that fits; what lies ahead is `in …`.
pub fn ago(then: Timestamp, now: Timestamp) -> String {
    let passed = now.duration_since(then);
    let text = duration(passed.unsigned_abs());
    if passed.is_negative() { format!("in {text}") } else { text }
}

/// A duration in its largest unit.
pub fn duration(duration: Duration) -> String {
    match duration.as_secs() {
        0..60 => format!("{}s", duration.as_secs()),
        seconds @ 60..3600 => format!("{}m", seconds / 60),
        seconds @ 3600..86_400 => format!("{}h", seconds / 3600),
        seconds => format!("{}d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_in_its_largest_unit() {
        let now: Timestamp = "2026-01-02T00:00:00Z".parse().expect("valid");
        for (then, told) in [
            ("2026-01-01T23:59:59Z", "1s"),
            ("2026-01-01T23:58:59Z", "1m"),
            ("2026-01-01T22:00:00Z", "2h"),
            ("2025-12-31T23:00:00Z", "1d"),
            ("2026-01-02T00:00:30Z", "in 30s"),
        ] {
            assert_eq!(ago(then.parse().expect("valid"), now), told);
        }
    }
}
