//! Repository locks, as they stand in Redis.

use jiff::Timestamp;
use pullwright_proto::runner as v1;
use serde::Serialize;
use utoipa::ToSchema;

use super::{OffContract, Result, time};

/// A repository's lock.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RepositoryLock)]
pub(crate) struct Lock {
    #[schema(format = Uuid)]
    repository_id: String,
    /// The epoch of the lease that holds it.
    epoch: i64,
    /// The runner that holds it.
    holder: String,
    /// When it was taken, as its holder says.
    acquired_at: Option<Timestamp>,
    /// After how many milliseconds it ends unless it is renewed.
    expires_in_ms: Option<i64>,
}

impl TryFrom<v1::RepositoryLock> for Lock {
    type Error = OffContract;

    fn try_from(lock: v1::RepositoryLock) -> Result<Self> {
        let in_ms = |left: prost_types::Duration| {
            left.seconds.saturating_mul(1000).saturating_add(i64::from(left.nanos / 1_000_000))
        };
        Ok(Self {
            repository_id: lock.repository_id,
            epoch: lock.epoch,
            holder: lock.holder,
            acquired_at: time::optional("lock.acquired_at", lock.acquired_at)?,
            expires_in_ms: lock.expires_in.map(in_ms),
        })
    }
}
