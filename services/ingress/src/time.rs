//! Points in time on the wire of the cores.

use jiff::Timestamp;

/// A point in time as gRPC has it: nanoseconds count upwards from a second, also before 1970.
pub(crate) fn wire(at: Timestamp) -> prost_types::Timestamp {
    let (mut seconds, mut nanos) = (at.as_second(), at.subsec_nanosecond());
    if nanos < 0 {
        seconds -= 1;
        nanos += 1_000_000_000;
    }
    prost_types::Timestamp { seconds, nanos }
}
