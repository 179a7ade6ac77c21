//! Taking, renewing, giving back, listing and breaking locks.

use std::{collections::HashMap, time::Duration};

use jiff::Timestamp;
use pullwright_settings::{ExposeSecret as _, SecretString};
use redis::{
    AsyncCommands as _, AsyncIter,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use uuid::Uuid;

use super::{LockError, LockState, RepositoryLock, script};
use crate::repeat::Place;

const PREFIX: &str = "pullwright:lock:";
/// Redis answers in well under a millisecond; one that needs longer than this is away.
const TIME_LIMIT: Duration = Duration::from_secs(2);

/// The locks of all repositories; cheap to clone.
#[derive(Clone)]
pub struct Locks {
    redis: ConnectionManager,
    holder: String,
}

impl Locks {
    /// Prepares the connection to Redis, which is opened when it is first needed and again whenever it broke.
    pub fn connect(url: &SecretString, holder: String) -> Result<Self, LockError> {
        let config = ConnectionManagerConfig::new()
            .set_response_timeout(Some(TIME_LIMIT))
            .set_connection_timeout(Some(TIME_LIMIT))
            .set_number_of_retries(1);
        let client = redis::Client::open(url.expose_secret())?;
        Ok(Self { redis: ConnectionManager::new_lazy_with_config(client, config)?, holder })
    }

    /// Whether Redis answers.
    pub async fn is_up(&self) -> bool {
        let mut redis = self.redis.clone();
        redis.ping::<String>().await.is_ok()
    }

    /// Takes the lock of a repository for `lease`; a lower epoch's is replaced at once.
    pub async fn acquire(
        &self,
        repository_id: Uuid,
        epoch: i64,
        now: Timestamp,
        lease: Duration,
    ) -> Result<RepositoryLock, LockError> {
        let mut call = script::ACQUIRE.key(key(repository_id));
        call.arg(epoch).arg(&self.holder).arg(now.to_string()).arg(milliseconds(lease));
        let taken: bool = call.invoke_async(&mut self.redis.clone()).await?;
        if taken { Ok(RepositoryLock { repository_id, epoch }) } else { Err(LockError::Superseded) }
    }

    /// Prolongs a lock; `Superseded` when it is gone or another's.
    pub async fn renew(&self, lock: &RepositoryLock, lease: Duration) -> Result<(), LockError> {
        let mut call = script::RENEW.key(key(lock.repository_id));
        call.arg(lock.epoch).arg(milliseconds(lease));
        let renewed: bool = call.invoke_async(&mut self.redis.clone()).await?;
        if renewed { Ok(()) } else { Err(LockError::Superseded) }
    }

    /// Gives a lock back; one that is another's by now is left alone.
    pub async fn release(&self, lock: RepositoryLock) -> Result<(), LockError> {
        self.delete(lock.repository_id, lock.epoch).await.map(drop)
    }

    /// Deletes the lock of a repository if `epoch` holds it; says whether it did.
    pub async fn delete(&self, repository_id: Uuid, epoch: i64) -> Result<bool, LockError> {
        let mut call = script::RELEASE.key(key(repository_id));
        call.arg(epoch);
        Ok(call.invoke_async(&mut self.redis.clone()).await?)
    }

    /// Deletes the lock of a repository if `epoch` holds it, and keeps the answer to whoever asked for it in the same step.
    pub async fn break_lock(
        &self,
        repository_id: Uuid,
        epoch: i64,
        place: &Place,
        answer: &[u8],
    ) -> Result<(), LockError> {
        let mut call = script::BREAK.prepare_invoke();
        call.key(key(repository_id)).key(&place.key);
        call.arg(epoch).arg(&place.mark).arg(answer).arg(Place::kept_for());
        Ok(call.invoke_async(&mut self.redis.clone()).await?)
    }

    /// The connection, for what else is kept in Redis.
    pub(crate) fn connection(&self) -> ConnectionManager {
        self.redis.clone()
    }

    /// The lock of one repository.
    pub async fn get(&self, repository_id: Uuid) -> Result<Option<LockState>, LockError> {
        let key = key(repository_id);
        let mut pipe = redis::pipe();
        pipe.hgetall(&key).pttl(&key);
        let (fields, ttl): (HashMap<String, String>, i64) =
            pipe.query_async(&mut self.redis.clone()).await?;
        let Some(epoch) = fields.get("epoch").and_then(|epoch| epoch.parse().ok()) else {
            return Ok(None);
        };
        Ok(Some(LockState {
            repository_id,
            epoch,
            holder: fields.get("holder").cloned().unwrap_or_default(),
            acquired_at: fields.get("acquired_at").and_then(|time| time.parse().ok()),
            expires_in: Duration::from_millis(u64::try_from(ttl).unwrap_or(0)),
        }))
    }

    /// All locks, by repository.
    pub async fn list(&self) -> Result<Vec<LockState>, LockError> {
        let mut redis = self.redis.clone();
        let mut ids = Vec::new();
        let mut keys: AsyncIter<String> = redis.scan_match(format!("{PREFIX}*")).await?;
        while let Some(key) = keys.next_item().await {
            ids.extend(key?.strip_prefix(PREFIX).and_then(|id| id.parse::<Uuid>().ok()));
        }
        drop(keys);
        ids.sort_unstable();
        ids.dedup();
        let mut locks = Vec::new();
        for id in ids {
            locks.extend(self.get(id).await?);
        }
        Ok(locks)
    }
}

fn key(repository_id: Uuid) -> String {
    format!("{PREFIX}{repository_id}")
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
