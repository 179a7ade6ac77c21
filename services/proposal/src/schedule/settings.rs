//! How often something is looked at.

use std::time::Duration;

use crate::domain::schedule::Pace;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// The schedule's settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// How often it is looked whether something is due.
    pub every: Duration,
    /// How often the registry is asked what there is.
    pub sync_every: Duration,
    /// How often something is due.
    pub pace: Pace,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            every: Duration::from_secs(1),
            sync_every: Duration::from_secs(5),
            pace: Pace {
                reconcile_every: 5 * MINUTE,
                closed_look_after: HOUR,
                gap_fill_every: MINUTE,
                hook_check_every: 10 * MINUTE,
                orphan_sweep_every: HOUR,
            },
        }
    }
}
