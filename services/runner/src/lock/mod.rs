//! The lock of a repository in Redis: at most one runner pushes to it, everybody can see which.
//!
//! Its value is the epoch of the lane's lease, so a newer lease replaces an older one at once. It forbids contention;
//! what makes a lost lock harmless are the ledger's tokens and the create-only push.

mod locks;
mod script;

use std::time::Duration;

use jiff::Timestamp;
use uuid::Uuid;

pub use locks::Locks;

/// Proof that the lock of a repository was taken; functions that need it ask for a reference to this.
#[derive(Debug)]
pub struct RepositoryLock {
    repository_id: Uuid,
    epoch: i64,
}

impl RepositoryLock {
    /// The repository.
    #[must_use]
    pub fn repository_id(&self) -> Uuid {
        self.repository_id
    }

    /// The epoch under which it was taken.
    #[must_use]
    pub fn epoch(&self) -> i64 {
        self.epoch
    }
}

/// A lock as it stands in Redis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockState {
    /// The repository.
    pub repository_id: Uuid,
    /// The epoch of the lease that holds it.
    pub epoch: i64,
    /// The runner that holds it.
    pub holder: String,
    /// When it was taken, by its holder's clock.
    pub acquired_at: Option<Timestamp>,
    /// How long it lasts unless it is renewed.
    pub expires_in: Duration,
}

/// Why a lock could not be had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// A newer lease holds it: ours is lost.
    #[error("a newer lease holds the repository's lock")]
    Superseded,
    /// Redis is away or answers nonsense.
    #[error("redis did not answer as hoped")]
    Redis(#[from] redis::RedisError),
}
