//! How long GitHub asks to wait. Primary and secondary limits come as 403 or 429, with one of three hints or none.

use std::time::Duration;

use jiff::{Timestamp, fmt::rfc2822};
use reqwest::{StatusCode, header::HeaderMap};

/// Asked for less, or for a time that is over: this.
const SHORTEST: Duration = Duration::from_secs(1);
/// Asked for more: this; the caller looks again then. A primary window is an hour.
const LONGEST: Duration = Duration::from_secs(3600);
/// Without a hint: what GitHub's documentation asks for.
const UNTOLD: Duration = Duration::from_secs(60);

/// The wait, if the answer is about a limit; `None` for a refusal of another kind.
pub(crate) fn wait(
    status: StatusCode,
    headers: &HeaderMap,
    message: &str,
    now: Timestamp,
) -> Option<Duration> {
    if !matches!(status, StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS) {
        return None;
    }
    let hinted = retry_after(headers, now).or_else(|| reset(headers, now));
    if let Some(seconds) = hinted {
        let seconds = u64::try_from(seconds).unwrap_or(0);
        return Some(Duration::from_secs(seconds).clamp(SHORTEST, LONGEST));
    }
    let message = message.to_lowercase();
    let said = message.contains("rate limit") || message.contains("abuse");
    (said || status == StatusCode::TOO_MANY_REQUESTS).then_some(UNTOLD)
}

/// `Retry-After` in seconds from now: a number or an HTTP date, anything else is no hint.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<i64> {
    let text = headers.get("retry-after")?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit()) {
        return Some(text.parse().unwrap_or(i64::MAX));
    }
    let date = rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text).ok()?;
    Some(date.as_second().saturating_sub(now.as_second()))
}

/// Seconds until the primary limit's window ends, when nothing of it is left; one more, as both clocks are cut.
fn reset(headers: &HeaderMap, now: Timestamp) -> Option<i64> {
    let number = |name| headers.get(name)?.to_str().ok()?.trim().parse::<i64>().ok();
    let reset = number("x-ratelimit-reset")?;
    let seconds = reset.saturating_sub(now.as_second()).saturating_add(1);
    (number("x-ratelimit-remaining")? == 0).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const NOW: i64 = 1_700_000_000;

    fn asked(status: u16, headers: &[(&'static str, &str)], message: &str) -> Option<u64> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        let status = StatusCode::from_u16(status).unwrap();
        wait(status, &map, message, Timestamp::from_second(NOW).unwrap()).map(|wait| wait.as_secs())
    }

    #[rstest]
    #[case("2", 2)]
    #[case("0", 1)]
    #[case("999999999", 3600)]
    #[case("99999999999999999999999", 3600)]
    #[case("Tue, 14 Nov 2023 22:13:30 GMT", 10)]
    #[case("Fri, 31 Dec 1999 23:59:59 GMT", 1)]
    #[case("Fri, 31 Dec 2999 23:59:59 GMT", 3600)]
    fn retry_after_is_obeyed_within_bounds(#[case] value: &str, #[case] seconds: u64) {
        for status in [403, 429] {
            assert_eq!(asked(status, &[("retry-after", value)], "x"), Some(seconds));
        }
    }

    #[rstest]
    fn a_malformed_retry_after_is_no_hint(#[values("-1", "abc", "1e9", "", "1.5")] value: &str) {
        assert_eq!(asked(429, &[("retry-after", value)], "x"), Some(60));
        assert_eq!(asked(403, &[("retry-after", value)], "Resource not accessible"), None);
    }

    #[test]
    fn an_exhausted_window_is_waited_for() {
        let window = |remaining: &'static str, reset: i64| {
            let reset = reset.to_string();
            asked(403, &[("x-ratelimit-remaining", remaining), ("x-ratelimit-reset", &reset)], "x")
        };
        assert_eq!(window("0", NOW + 3), Some(4));
        assert_eq!(window("0", NOW - 500), Some(1));
        assert_eq!(window("0", NOW + 999_999), Some(3600));
        assert_eq!(window("0", i64::MIN), Some(1));
        assert_eq!(window("0", i64::MAX), Some(3600));
        assert_eq!(window("17", NOW + 3), None);
    }

    #[test]
    fn words_are_the_last_hint() {
        assert_eq!(asked(403, &[], "You have exceeded a secondary rate limit."), Some(60));
        assert_eq!(asked(403, &[], "You have triggered an abuse detection mechanism"), Some(60));
        assert_eq!(asked(403, &[], "Resource not accessible by integration"), None);
        assert_eq!(asked(422, &[("retry-after", "2")], "rate limit"), None);
    }
}
