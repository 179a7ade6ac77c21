//! Points in time in bodies.

use jiff::Timestamp;
use serde::Deserialize;

/// A point in time, written as RFC 3339 has it.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(transparent)]
pub(crate) struct Time(Timestamp);

impl From<Time> for prost_types::Timestamp {
    fn from(Time(at): Time) -> Self {
        crate::time::wire(at)
    }
}
