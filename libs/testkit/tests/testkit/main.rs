//! The testkit against the real servers of the machine.

#![expect(clippy::unwrap_used, reason = "a test's own functions may fail as the test itself")]

mod lifetime;
mod sharing;
