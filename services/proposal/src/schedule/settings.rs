//! How often something is looked at: `PROPOSAL_…_EVERY` and `PROPOSAL_CLOSED_LOOK_AFTER`.

use std::time::Duration;

use pullwright_settings::{Environment, SettingsError};

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

impl Settings {
    /// Reads the environment.
    ///
    /// # Errors
    /// A variable is malformed or zero.
    pub fn read(env: &Environment) -> Result<Self, SettingsError> {
        let Self { every, sync_every, pace } = Self::default();
        Ok(Self {
            every: interval(env, "PROPOSAL_SCHEDULE_EVERY", every)?,
            sync_every: interval(env, "PROPOSAL_REPOSITORY_SYNC_EVERY", sync_every)?,
            pace: Pace {
                reconcile_every: interval(env, "PROPOSAL_RECONCILE_EVERY", pace.reconcile_every)?,
                closed_look_after: interval(
                    env,
                    "PROPOSAL_CLOSED_LOOK_AFTER",
                    pace.closed_look_after,
                )?,
                gap_fill_every: interval(env, "PROPOSAL_GAP_FILL_EVERY", pace.gap_fill_every)?,
                hook_check_every: interval(
                    env,
                    "PROPOSAL_HOOK_CHECK_EVERY",
                    pace.hook_check_every,
                )?,
                orphan_sweep_every: interval(
                    env,
                    "PROPOSAL_ORPHAN_SWEEP_EVERY",
                    pace.orphan_sweep_every,
                )?,
            },
        })
    }
}

fn interval(env: &Environment, name: &str, default: Duration) -> Result<Duration, SettingsError> {
    let interval = env.duration(name, default)?;
    if interval.is_zero() {
        return Err(SettingsError::invalid(name, "is zero", "longer than nothing"));
    }
    Ok(interval)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn read(name: &str, value: &str) -> Result<Settings, SettingsError> {
        Settings::read(&Environment::from_pairs([(name, value.to_owned())]))
    }

    #[test]
    fn each_interval_has_a_variable_of_its_own() {
        let hour = |name| read(name, "7m").unwrap();
        let seven = 7 * MINUTE;
        assert_eq!(hour("PROPOSAL_SCHEDULE_EVERY").every, seven);
        assert_eq!(hour("PROPOSAL_REPOSITORY_SYNC_EVERY").sync_every, seven);
        assert_eq!(hour("PROPOSAL_RECONCILE_EVERY").pace.reconcile_every, seven);
        assert_eq!(hour("PROPOSAL_CLOSED_LOOK_AFTER").pace.closed_look_after, seven);
        assert_eq!(hour("PROPOSAL_GAP_FILL_EVERY").pace.gap_fill_every, seven);
        assert_eq!(hour("PROPOSAL_HOOK_CHECK_EVERY").pace.hook_check_every, seven);
        assert_eq!(hour("PROPOSAL_ORPHAN_SWEEP_EVERY").pace.orphan_sweep_every, seven);
    }

    #[rstest]
    #[case("PROPOSAL_SCHEDULE_EVERY", "0s")]
    #[case("PROPOSAL_RECONCILE_EVERY", "often")]
    fn a_wrong_interval_is_named(#[case] name: &str, #[case] value: &str) {
        assert_eq!(read(name, value).unwrap_err().name(), name);
    }
}
