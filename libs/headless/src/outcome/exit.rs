//! How a process ended.

use std::{fmt, time::Duration};

/// How the runtime's process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It left with this code: 0 finished, 1 gave up, 2 infrastructure, 3 needs input; others are like 2.
    Code(i32),
    /// A signal ended it.
    Signal(i32),
    /// It was ended after this time.
    TimedOut(Duration),
    /// It could not be started.
    NotStarted,
    /// Nobody saw how it ended.
    Lost,
}

impl Exit {
    /// Whether the contract asks for a result file after this end.
    #[must_use]
    pub fn promises_result(self) -> bool {
        matches!(self, Self::Code(0 | 1 | 3))
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(2) => f.write_str("the runtime reported a failure of its infrastructure"),
            Self::Code(code) => write!(f, "the runtime left with code {code}"),
            Self::Signal(number) => write!(f, "signal {number} ended the runtime"),
            Self::TimedOut(after) => {
                write!(f, "the runtime was ended after {} seconds", after.as_secs())
            }
            Self::NotStarted => f.write_str("the runtime could not be started"),
            Self::Lost => f.write_str("nobody saw how the runtime ended"),
        }
    }
}
