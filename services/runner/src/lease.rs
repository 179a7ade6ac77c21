//! A lane that this runner holds, with the time it has left by a clock that never goes back.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use pullwright_proto::job::Lease as Granted;
use tokio_util::sync::CancellationToken;

use crate::ledger::{Ledger, LedgerError};

/// A running lease. The time left is counted from before it was asked for, so it is never overestimated.
pub struct Lease {
    /// The lane.
    pub lane: String,
    /// The lane's epoch; the value of the repository's lock.
    pub epoch: i64,
    /// Proves the lease to the ledger.
    pub token: String,
    ends: Mutex<Instant>,
    lost: CancellationToken,
    ledger: Ledger,
}

impl Lease {
    /// The lease that was `granted` to a request made at `asked`.
    #[must_use]
    pub fn new(granted: &Granted, asked: Instant, ledger: Ledger) -> Self {
        let duration =
            granted.duration.and_then(|duration| duration.try_into().ok()).unwrap_or_default();
        Self {
            lane: granted.lane.clone(),
            epoch: granted.epoch,
            token: granted.token.clone(),
            ends: Mutex::new(asked + duration),
            lost: CancellationToken::new(),
            ledger,
        }
    }

    /// How much time is surely left.
    #[must_use]
    pub fn left(&self) -> Duration {
        let ends = *self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        if self.lost.is_cancelled() {
            Duration::ZERO
        } else {
            ends.saturating_duration_since(Instant::now())
        }
    }

    /// Sees to it that `needed` is left, renewing once if it must; an effect that needs longer does not begin.
    pub async fn ensure(&self, needed: Duration) -> Result<(), LedgerError> {
        if self.left() < needed {
            self.renew().await?;
        }
        if self.left() < needed { Err(LedgerError::LeaseLost) } else { Ok(()) }
    }

    /// Prolongs the lease. Once lost it stays lost.
    pub async fn renew(&self) -> Result<(), LedgerError> {
        if self.lost.is_cancelled() {
            return Err(LedgerError::LeaseLost);
        }
        let asked = Instant::now();
        match self.ledger.renew(&self.lane, &self.token).await {
            Ok(duration) => {
                *self.ends.lock().unwrap_or_else(PoisonError::into_inner) = asked + duration;
                Ok(())
            }
            Err(error) => {
                if matches!(error, LedgerError::LeaseLost) {
                    self.lose();
                }
                Err(error)
            }
        }
    }

    /// Marks the lease as lost: no effect begins any more.
    pub fn lose(&self) {
        self.lost.cancel();
    }

    /// Whether the lease is known to be lost, or has run out.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.left().is_zero()
    }
}
