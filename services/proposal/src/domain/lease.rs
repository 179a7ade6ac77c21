//! Whether a token still stands for a lease. Pure: it is told whether the time is up.

use uuid::Uuid;

/// A lane as far as its lease goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    /// Its key, such as `push:{repository id}`.
    pub key: String,
    /// Grows by one with each lease, and when one is revoked.
    pub epoch: i64,
    /// The running lease's token.
    pub token: Option<Uuid>,
    /// Whether the lease's time is not up yet.
    pub is_running: bool,
}

impl Lane {
    /// Whether `token` is that of the running lease.
    #[must_use]
    pub fn is_held_by(&self, token: Uuid) -> bool {
        self.is_running && self.token == Some(token)
    }

    /// Whether a job that was leased in `leased_epoch` is in the hands of whoever holds `token`.
    #[must_use]
    pub fn covers(&self, token: Uuid, leased_epoch: Option<i64>) -> bool {
        self.is_held_by(token) && leased_epoch == Some(self.epoch)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const OURS: Uuid = Uuid::from_u128(1);
    const THEIRS: Uuid = Uuid::from_u128(2);

    #[rstest]
    #[case::the_running_lease(Some(OURS), true, Some(3), true)]
    #[case::its_time_is_up(Some(OURS), false, Some(3), false)]
    #[case::it_was_freed(None, false, Some(3), false)]
    #[case::another_took_it(Some(THEIRS), true, Some(3), false)]
    #[case::the_job_was_leased_before(Some(OURS), true, Some(2), false)]
    #[case::the_job_is_queued(Some(OURS), true, None, false)]
    fn a_token_covers_a_job_while_its_lease_runs(
        #[case] token: Option<Uuid>,
        #[case] is_running: bool,
        #[case] leased_epoch: Option<i64>,
        #[case] covered: bool,
    ) {
        let lane = Lane { key: "push:x".to_owned(), epoch: 3, token, is_running };
        assert_eq!(lane.covers(OURS, leased_epoch), covered);
    }
}
