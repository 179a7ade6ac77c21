//! Words that more than one service must parse alike: hosts, repositories, names, time.
//!
//! Parsed once at the door; a value that exists is valid. Knows no wire, no SQL, no environment.

pub mod clock;
pub mod hosts;
pub mod names;
pub mod repository;

pub use clock::{Clock, ManualClock, SystemClock};
pub use hosts::{Host, Hosts};
pub use repository::{RepositoryName, RepositoryUrl};

/// A text that does not have the form it must have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{rule}")]
pub struct Malformed {
    /// The form that is asked for, as a sentence part that stands after the field's name.
    pub rule: &'static str,
}
