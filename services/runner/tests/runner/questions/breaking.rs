//! Breaking a lock may be repeated: the same call gets the first answer, also from the next runner.

use std::time::Duration;

use jiff::Timestamp;
use pullwright_proto::{
    error::ErrorReason,
    runner::{BreakLockRequest, BreakLockResponse},
};
use pullwright_rpc::Role;
use redis::AsyncCommands as _;
use tonic::{Code, Response, Status};
use uuid::Uuid;

use super::harness::{World, refused};

async fn lock(world: &World, epoch: i64) -> Uuid {
    let repository = Uuid::now_v7();
    take(world, repository, epoch).await;
    repository
}

async fn take(world: &World, repository: Uuid, epoch: i64) {
    let lease = Duration::from_secs(300);
    world.locks().acquire(repository, epoch, Timestamp::UNIX_EPOCH, lease).await.unwrap();
}

async fn break_as(
    world: &World,
    role: Role,
    repository: Uuid,
    reason: &str,
    request_id: &str,
) -> Result<Response<BreakLockResponse>, Status> {
    let request = BreakLockRequest {
        repository_id: repository.to_string(),
        reason: reason.to_owned(),
        request_id: request_id.to_owned(),
    };
    world.client(role).break_lock(request).await
}

async fn break_lock(
    world: &World,
    repository: Uuid,
    request_id: &str,
) -> Result<Response<BreakLockResponse>, Status> {
    break_as(world, Role::Operator, repository, "it hangs", request_id).await
}

#[tokio::test]
async fn the_same_call_gets_the_first_answer_and_breaks_no_newer_lock() {
    let mut world = World::start().await;
    let repository = lock(&world, 7).await;
    let first = break_lock(&world, repository, "once").await.unwrap().into_inner();
    assert_eq!(first.lock.as_ref().unwrap().epoch, 7);
    assert!(world.locks().get(repository).await.unwrap().is_none());

    take(&world, repository, 8).await;
    world.stop().await;
    world.run(&[]).await;
    let again = break_lock(&world, repository, "once").await.unwrap().into_inner();
    assert_eq!(again, first);
    assert_eq!(world.locks().get(repository).await.unwrap().unwrap().epoch, 8);
    world.tell(|told| assert_eq!(told.revoked, 1));
}

#[tokio::test]
async fn another_content_under_the_same_id_is_refused_and_another_callers_id_is_its_own() {
    let world = World::start().await;
    let (one, other) = (lock(&world, 1).await, lock(&world, 1).await);
    break_lock(&world, one, "id").await.unwrap();
    let refusal = refused(break_lock(&world, other, "id").await);
    assert_eq!(
        (refusal.code, refusal.reason),
        (Code::InvalidArgument, ErrorReason::IdempotencyKeyReused)
    );
    let refusal = refused(break_as(&world, Role::Operator, one, "it still hangs", "id").await);
    assert_eq!(refusal.reason, ErrorReason::IdempotencyKeyReused);
    assert!(world.locks().get(other).await.unwrap().is_some(), "a refusal changes nothing");
    break_as(&world, Role::Ingress, other, "it hangs", "id").await.unwrap();
}

#[tokio::test]
async fn a_refusal_is_not_kept() {
    let world = World::start().await;
    let repository = Uuid::now_v7();
    let refusal = refused(break_lock(&world, repository, "id").await);
    assert_eq!(refusal.reason, ErrorReason::LockNotFound);
    take(&world, repository, 3).await;
    break_lock(&world, repository, "id").await.unwrap();
}

#[tokio::test]
async fn a_call_that_is_under_way_is_not_begun_again() {
    let world = World::start().await;
    let repository = lock(&world, 1).await;
    break_lock(&world, repository, "id").await.unwrap();
    // As if the first call had not come to its answer yet.
    let client = redis::Client::open(world.redis.url.as_str()).unwrap();
    let mut redis = client.get_multiplexed_async_connection().await.unwrap();
    let keys: Vec<String> = redis.keys("pullwright:answer:*").await.unwrap();
    assert_eq!(keys.len(), 1);
    let kept: i64 = redis.ttl(&keys[0]).await.unwrap();
    assert!((86_000..=86_400).contains(&kept), "{kept} s");
    let () = redis.hdel(&keys[0], "answer").await.unwrap();
    let refusal = refused(break_lock(&world, repository, "id").await);
    assert_eq!((refusal.code, refusal.reason), (Code::Aborted, ErrorReason::IdempotencyKeyInUse));
    assert_eq!(refusal.retry_after, Some(Duration::from_secs(1)));
}

#[tokio::test]
async fn of_many_at_once_one_breaks_and_the_others_get_its_answer_or_are_told_to_wait() {
    let world = World::start().await;
    let repository = lock(&world, 1).await;
    let calls = (0..8).map(|_| break_lock(&world, repository, "id"));
    let answers = futures::future::join_all(calls).await;
    let given = answers.iter().filter(|answer| answer.is_ok()).count();
    assert!(given >= 1);
    for answer in answers.into_iter().filter(Result::is_err) {
        assert_eq!(refused(answer).reason, ErrorReason::IdempotencyKeyInUse);
    }
    world.tell(|told| assert_eq!(told.revoked, 1));
}

#[tokio::test]
async fn an_id_that_is_too_long_is_refused() {
    let world = World::start().await;
    let repository = lock(&world, 1).await;
    let refusal = refused(break_lock(&world, repository, &"é".repeat(256)).await);
    assert_eq!(refusal.violations[0].field, "request_id");
    break_lock(&world, repository, &"é".repeat(255)).await.unwrap();
}
