//! How long a refusal for asking too much lasts: pure, from the answer and the time now.
//!
//! The order is GitHub's advice: `Retry-After`, else the end of the window that is used up, else a minute.
//! <https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately>

use std::time::Duration;

use jiff::{Timestamp, fmt::rfc2822};
use reqwest::{
    StatusCode,
    header::{HeaderMap, RETRY_AFTER},
};

/// The wait when GitHub names none.
pub(crate) const DEFAULT: Duration = Duration::from_secs(60);
/// The shortest wait: an end in the past is a clock that differs.
const SHORTEST: Duration = Duration::from_secs(1);
/// The longest wait: GitHub's windows last an hour.
const LONGEST: Duration = Duration::from_secs(3_600);

/// How long to wait, if the answer is a rate limit; 1 s to 1 h.
pub(crate) fn wait(
    status: StatusCode,
    headers: &HeaderMap,
    body: &str,
    now: Timestamp,
) -> Option<Duration> {
    let named = || retry_after(headers, now).or_else(|| window_end(headers, now));
    let wait = match status {
        StatusCode::TOO_MANY_REQUESTS => named().unwrap_or(DEFAULT),
        StatusCode::FORBIDDEN => match named() {
            Some(wait) => wait,
            None if headers.contains_key(RETRY_AFTER) || is_used_up(headers) || says_so(body) => {
                DEFAULT
            }
            None => return None,
        },
        // GitHub's brake on content creation comes as a validation error.
        StatusCode::UNPROCESSABLE_ENTITY
            if body.to_lowercase().contains("was submitted too quickly") =>
        {
            named().unwrap_or(DEFAULT)
        }
        _ => return None,
    };
    Some(wait.clamp(SHORTEST, LONGEST))
}

fn says_so(body: &str) -> bool {
    let body = body.to_lowercase();
    body.contains("rate limit") || body.contains("abuse")
}

/// Seconds, or an HTTP date.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // What does not fit is as long as any wait gets.
        return Some(text.parse().map_or(LONGEST, Duration::from_secs));
    }
    rfc2822::DateTimeParser::new()
        .relaxed_weekday(true)
        .parse_timestamp(text)
        .ok()
        .map(|end| until(end, now))
}

fn window_end(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    if !is_used_up(headers) {
        return None;
    }
    let seconds: i64 = headers.get("x-ratelimit-reset")?.to_str().ok()?.trim().parse().ok()?;
    Timestamp::from_second(seconds).ok().map(|end| until(end, now))
}

fn is_used_up(headers: &HeaderMap) -> bool {
    remaining(headers) == Some(0)
}

/// How many requests the window has left.
pub(crate) fn remaining(headers: &HeaderMap) -> Option<u64> {
    headers.get("x-ratelimit-remaining")?.to_str().ok()?.trim().parse().ok()
}

fn until(end: Timestamp, now: Timestamp) -> Duration {
    // A negative duration does not fit: the end is in the past.
    Duration::try_from(end.duration_since(now)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};
    use rstest::rstest;

    use super::*;

    /// 2026-01-02 03:04:05 UTC, a Friday.
    const NOW: i64 = 1_767_323_045;

    fn wait_of(status: u16, pairs: &[(&str, String)], body: &str) -> Option<u64> {
        let header = |(name, value): &(&str, String)| {
            (HeaderName::try_from(*name).unwrap(), HeaderValue::try_from(value).unwrap())
        };
        let headers: HeaderMap = pairs.iter().map(header).collect();
        let now = Timestamp::from_second(NOW).unwrap();
        wait(StatusCode::from_u16(status).unwrap(), &headers, body, now).map(|wait| wait.as_secs())
    }

    #[rstest]
    #[case("2", 2)]
    #[case(" 7 ", 7)]
    #[case("0", 1)]
    #[case("3600", 3_600)]
    #[case("999999999", 3_600)]
    #[case("99999999999999999999999", 3_600)]
    #[case("Fri, 02 Jan 2026 03:05:35 GMT", 90)]
    #[case("Fri, 31 Dec 1999 23:59:59 GMT", 1)]
    #[case("Fri, 31 Dec 2099 23:59:59 GMT", 3_600)]
    #[case("-1", 60)]
    #[case("abc", 60)]
    #[case("1e9", 60)]
    #[case("", 60)]
    fn retry_after_is_seconds_or_a_date_and_garbage_is_a_minute(
        #[case] value: &str,
        #[case] seconds: u64,
    ) {
        for status in [403, 429] {
            assert_eq!(
                wait_of(status, &[("retry-after", value.to_owned())], ""),
                Some(seconds),
                "{status}"
            );
        }
    }

    #[rstest]
    #[case(90, 90)]
    #[case(3, 3)]
    #[case(0, 1)]
    #[case(-500, 1)]
    #[case(1_000_000, 3_600)]
    fn a_used_up_window_lasts_until_its_reset(#[case] ahead: i64, #[case] seconds: u64) {
        let headers = [
            ("x-ratelimit-remaining", "0".to_owned()),
            ("x-ratelimit-reset", (NOW + ahead).to_string()),
        ];
        for status in [403, 429] {
            assert_eq!(wait_of(status, &headers, ""), Some(seconds), "{status}");
        }
    }

    #[rstest]
    #[case("")]
    #[case("soon")]
    #[case("9223372036854775807")]
    fn a_reset_that_is_no_time_is_a_minute(#[case] reset: &str) {
        let headers =
            [("x-ratelimit-remaining", "0".to_owned()), ("x-ratelimit-reset", reset.to_owned())];
        assert_eq!(wait_of(403, &headers, ""), Some(60));
    }

    #[test]
    fn retry_after_comes_before_the_window() {
        let headers = [
            ("retry-after", "5".to_owned()),
            ("x-ratelimit-remaining", "0".to_owned()),
            ("x-ratelimit-reset", (NOW + 900).to_string()),
        ];
        assert_eq!(wait_of(403, &headers, ""), Some(5));
    }

    #[rstest]
    #[case(403, "You have exceeded a secondary Rate Limit.", Some(60))]
    #[case(403, "You have triggered an abuse detection mechanism.", Some(60))]
    #[case(403, "Resource not accessible by integration", None)]
    #[case(429, "x", Some(60))]
    #[case(422, "was submitted too quickly", Some(60))]
    #[case(422, "Validation Failed", None)]
    #[case(404, "rate limit", None)]
    #[case(500, "rate limit", None)]
    fn without_headers_the_words_decide(
        #[case] status: u16,
        #[case] body: &str,
        #[case] seconds: Option<u64>,
    ) {
        assert_eq!(wait_of(status, &[], body), seconds);
    }

    #[test]
    fn a_refusal_with_requests_left_is_no_rate_limit() {
        let headers = [
            ("x-ratelimit-remaining", "4999".to_owned()),
            ("x-ratelimit-reset", (NOW + 900).to_string()),
        ];
        assert_eq!(wait_of(403, &headers, "Must have admin rights to Repository."), None);
    }
}
