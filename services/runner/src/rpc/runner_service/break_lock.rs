//! Breaks a lock: first the lease is revoked, so that its holder's next effect is refused, then the key is deleted.

use prost::Message as _;
use pullwright_proto::runner::{BreakLockRequest, BreakLockResponse};
use pullwright_rpc::{Context, explain::chain};
use uuid::Uuid;

use super::wire;
use crate::{
    App,
    repeat::{Call, Claim, Place},
    rpc::Error,
};

pub(super) async fn break_lock(
    app: &App,
    mut request: BreakLockRequest,
) -> Result<BreakLockResponse, Error> {
    let repository_id: Uuid = request
        .repository_id
        .parse()
        .map_err(|_| Error::invalid("repository_id", "must be a repository's id, a UUID"))?;
    let reason = request.reason.trim().to_owned();
    if reason.is_empty() || reason.chars().count() > 500 {
        return Err(Error::invalid("reason", "must be 1 to 500 characters"));
    }
    let request_id = std::mem::take(&mut request.request_id);
    let (caller, content) = (Context::caller(), request.encode_to_vec());
    let call =
        Call { caller: &caller, request_id: &request_id, method: "BreakLock", content: &content };
    let place = match app.repeats.claim(&call).await? {
        Claim::Answered(answer) => {
            return BreakLockResponse::decode(&*answer).map_err(Error::Damaged);
        }
        Claim::New(place) => place,
    };
    let broken = first(app, repository_id, &reason, place.as_ref()).await;
    if broken.is_err()
        && let Some(place) = place
        && let Err(error) = app.repeats.give_back(place).await
    {
        tracing::warn!(error.chain = chain(&error), "the request id stays taken for a minute");
    }
    broken
}

async fn first(
    app: &App,
    repository_id: Uuid,
    reason: &str,
    place: Option<&Place>,
) -> Result<BreakLockResponse, Error> {
    let lock = app.locks.get(repository_id).await?.ok_or(Error::LockNotFound { repository_id })?;
    let (lane, actor) = (format!("push:{repository_id}"), Context::actor_or(""));
    let epoch = app.ledger.revoke(&lane, reason, &actor).await.map_err(Error::Ledger)?;
    let broken_epoch = lock.epoch;
    let response = BreakLockResponse { lock: Some(wire(lock)) };
    // A newer lease may have taken the lock in between: that one is not what the operator saw.
    match place {
        Some(place) => {
            let answer = response.encode_to_vec();
            app.locks.break_lock(repository_id, broken_epoch, place, &answer).await?;
        }
        None => {
            app.locks.delete(repository_id, broken_epoch).await?;
        }
    }
    tracing::warn!(repository.id = %repository_id, broken_epoch, epoch, reason, actor, "lock broken");
    Ok(response)
}
