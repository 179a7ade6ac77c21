//! Points in time on the wire.

use jiff::Timestamp;

use crate::domain::Violations;

/// Writes a point in time.
#[must_use]
pub fn message(at: Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: at.as_second(), nanos: at.subsec_nanosecond() }
}

/// Reads a point in time; none when it is malformed or outside of the years 1 to 9999.
#[must_use]
pub fn parse(at: prost_types::Timestamp) -> Option<Timestamp> {
    const YEARS_1_TO_9999: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_207_200;
    let legal = YEARS_1_TO_9999.contains(&at.seconds) && (0..1_000_000_000).contains(&at.nanos);
    legal.then(|| Timestamp::new(at.seconds, at.nanos).ok())?
}

/// Reads a point in time that may be absent, among other fields.
pub fn gather(
    field: impl Into<String>,
    at: Option<prost_types::Timestamp>,
    violations: &mut Violations,
) -> Option<Timestamp> {
    let parsed = parse(at?);
    violations.require(
        parsed.is_some(),
        field,
        "must be a point in time between the years 1 and 9999",
    );
    parsed
}
