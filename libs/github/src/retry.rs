//! The two questions that are asked of every failure.

use std::time::Duration;

/// Whether trying again helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// No; a person has to change something.
    Never,
    /// Yes, not before this much time has passed.
    After(Duration),
    /// Yes, after a while that grows with each attempt.
    Backoff,
}

/// Whether a call that failed may have had its effect nevertheless.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Surely not.
    None,
    /// It may or may not have; only a read tells.
    Unknown,
}
