//! Where the forge's time comes from. It does not know what the time is used for.

use jiff::Timestamp;

/// Tells the time to everything that writes a date.
pub trait Clock: Send + Sync + 'static {
    /// Returns the present instant, as precisely as the clock can.
    fn now(&self) -> Timestamp;
}

/// Reads the machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the Clock that everything else is handed"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Cuts an instant to whole seconds, the resolution of GitHub's timestamps.
pub(crate) fn whole_seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}
