//! The primary rate limit: fixed windows per token. It does not know headers.

use std::collections::HashMap;
use std::sync::Mutex;

use jiff::Timestamp;

use crate::app::lock;
use crate::options::RateLimit;

/// Windows per token; `None` is everybody without one.
pub(crate) struct RateWindows {
    limit: RateLimit,
    windows: Mutex<HashMap<Option<usize>, Window>>,
}

#[derive(Clone, Copy)]
struct Window {
    reset: i64,
    used: u32,
}

/// What the headers say after a request was counted.
pub(super) struct Rate {
    pub(super) limit: u32,
    pub(super) remaining: u32,
    pub(super) used: u32,
    /// End of the window, seconds since the epoch.
    pub(super) reset: i64,
    /// Whether this request is above an enforced limit.
    pub(super) exceeded: bool,
}

impl RateWindows {
    /// Starts with no window.
    pub(crate) fn new(limit: RateLimit) -> Self {
        Self { limit, windows: Mutex::default() }
    }

    /// Counts a request of a token.
    pub(super) fn count(&self, token: Option<usize>, now: Timestamp) -> Rate {
        let now = now.as_second();
        let length = i64::try_from(self.limit.window.as_secs()).unwrap_or(i64::MAX).max(1);
        let mut windows = lock(&self.windows);
        let window = windows.entry(token).or_insert(Window { reset: now + length, used: 0 });
        if window.reset <= now {
            *window = Window { reset: now + length, used: 0 };
        }
        window.used = window.used.saturating_add(1);
        let left = self.limit.limit.saturating_sub(window.used);
        // An unenforced limit must not make a client wait: it stays just above zero.
        let remaining = if self.limit.enforced { left } else { left.max(1) };
        let exceeded = self.limit.enforced && window.used > self.limit.limit;
        Rate {
            limit: self.limit.limit,
            remaining,
            used: window.used,
            reset: window.reset,
            exceeded,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_enforced_limit_refuses_until_its_window_ends() {
        let limit = RateLimit { limit: 2, window: Duration::from_secs(10), enforced: true };
        let windows = RateWindows::new(limit);
        let at = |second| Timestamp::from_second(second).unwrap();
        assert!(!windows.count(Some(1), at(100)).exceeded);
        assert_eq!(windows.count(Some(1), at(101)).remaining, 0);
        assert!(windows.count(Some(1), at(102)).exceeded);
        assert!(!windows.count(Some(2), at(102)).exceeded, "another token has its own window");
        assert!(!windows.count(Some(1), at(110)).exceeded);
    }
}
