//! Points in time: RFC 3339 in UTC.

use jiff::Timestamp;

use super::{OffContract, Result};

/// A point in time that may be absent.
pub(super) fn optional(
    field: &'static str,
    at: Option<prost_types::Timestamp>,
) -> Result<Option<Timestamp>> {
    at.map(|at| Timestamp::new(at.seconds, at.nanos).map_err(|_| OffContract(field))).transpose()
}

/// A point in time.
pub(super) fn required(
    field: &'static str,
    at: Option<prost_types::Timestamp>,
) -> Result<Timestamp> {
    optional(field, at)?.ok_or(OffContract(field))
}
