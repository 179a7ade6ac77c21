//! The primary rate limit: fixed windows per token and resource. It does not know headers.

use std::collections::HashMap;
use std::sync::Mutex;

use jiff::Timestamp;

use crate::app::lock;
use crate::options::RateLimit;

/// What is counted by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Resource {
    /// Calls of REST.
    Core,
    /// Points of GraphQL.
    Graphql,
}

impl Resource {
    /// Returns its name in headers.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Graphql => "graphql",
        }
    }
}

/// Whom requests are counted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Holder {
    /// Everybody without a credential.
    Nobody,
    /// A token, by its place.
    Token(usize),
    /// An App that speaks for itself.
    App(u64),
}

/// Windows per holder and resource.
pub(crate) struct RateWindows {
    limit: RateLimit,
    windows: Mutex<HashMap<(Resource, Holder), Window>>,
}

#[derive(Clone, Copy)]
struct Window {
    reset: i64,
    used: u32,
}

/// What the headers say after a request was counted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    pub(crate) used: u32,
    /// End of the window, seconds since the epoch.
    pub(crate) reset: i64,
    /// Whether this request is above an enforced limit.
    pub(crate) exceeded: bool,
}

impl RateWindows {
    /// Starts with no window.
    pub(crate) fn new(limit: RateLimit) -> Self {
        Self { limit, windows: Mutex::default() }
    }

    /// Counts a request.
    pub(crate) fn count(&self, resource: Resource, holder: Holder, now: Timestamp) -> Rate {
        self.change(resource, holder, now, |used| used.saturating_add(1))
    }

    /// Takes a request back that costs nothing after all.
    pub(crate) fn give_back(&self, resource: Resource, holder: Holder, now: Timestamp) -> Rate {
        self.change(resource, holder, now, |used| used.saturating_sub(1))
    }

    /// Returns how things stand without counting.
    pub(crate) fn look(&self, resource: Resource, holder: Holder, now: Timestamp) -> Rate {
        self.change(resource, holder, now, |used| used)
    }

    fn change(
        &self,
        resource: Resource,
        holder: Holder,
        now: Timestamp,
        change: impl FnOnce(u32) -> u32,
    ) -> Rate {
        let now = now.as_second();
        let length = i64::try_from(self.limit.window.as_secs()).unwrap_or(i64::MAX).max(1);
        let mut windows = lock(&self.windows);
        let window =
            windows.entry((resource, holder)).or_insert(Window { reset: now + length, used: 0 });
        if window.reset <= now {
            *window = Window { reset: now + length, used: 0 };
        }
        window.used = change(window.used);
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
        let count = |token, second| windows.count(Resource::Core, Holder::Token(token), at(second));
        assert!(!count(1, 100).exceeded);
        assert_eq!(count(1, 101).remaining, 0);
        assert!(count(1, 102).exceeded);
        assert!(!count(2, 102).exceeded, "another token has its own window");
        assert!(!windows.count(Resource::Graphql, Holder::Token(1), at(102)).exceeded);
        assert!(!count(1, 110).exceeded);
    }

    #[test]
    fn what_is_given_back_was_not_used() {
        let windows = RateWindows::new(RateLimit::default());
        let now = Timestamp::UNIX_EPOCH;
        windows.count(Resource::Core, Holder::Nobody, now);
        windows.count(Resource::Core, Holder::Nobody, now);
        assert_eq!(windows.give_back(Resource::Core, Holder::Nobody, now).used, 1);
        assert_eq!(windows.look(Resource::Core, Holder::Nobody, now).used, 1);
    }
}
