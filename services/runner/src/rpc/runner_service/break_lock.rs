//! Breaks a lock: first the lease is revoked, so that its holder's next effect is refused, then the key is deleted.

use pullwright_proto::runner::{BreakLockRequest, BreakLockResponse};
use pullwright_rpc::{Context, Violation};
use uuid::Uuid;

use super::wire;
use crate::{App, rpc::Error};

pub(super) async fn break_lock(
    app: &App,
    request: BreakLockRequest,
) -> Result<BreakLockResponse, Error> {
    let repository_id: Uuid = request.repository_id.parse().map_err(|_| {
        Error::Invalid(Violation::new("repository_id", "must be a repository's id, a UUID"))
    })?;
    let reason = request.reason.trim();
    if reason.is_empty() || reason.chars().count() > 500 {
        return Err(Error::Invalid(Violation::new("reason", "must be 1 to 500 characters")));
    }
    let lock = app.locks.get(repository_id).await?.ok_or(Error::LockNotFound { repository_id })?;
    let (lane, actor) = (format!("push:{repository_id}"), Context::actor_or(""));
    let epoch = app.ledger.revoke(&lane, reason, &actor).await.map_err(Error::Ledger)?;
    // A newer lease may have taken the lock in between: that one is not what the operator saw.
    app.locks.delete(repository_id, lock.epoch).await?;
    tracing::warn!(repository.id = %repository_id, broken_epoch = lock.epoch, epoch, reason, actor, "lock broken");
    Ok(BreakLockResponse { lock: Some(wire(lock)) })
}
