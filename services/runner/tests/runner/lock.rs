//! The lock of a repository on a real Redis.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use std::time::Duration;

use jiff::Timestamp;
use pullwright_runner::lock::{LockError, Locks};
use pullwright_testkit::{stores, wait};
use uuid::Uuid;

const LEASE: Duration = Duration::from_secs(30);

async fn locks(holders: [&str; 2]) -> [Locks; 2] {
    let redis = stores::shared_redis().await.unwrap();
    let url = redis.url.into();
    holders.map(|holder| Locks::connect(&url, holder.to_owned()).unwrap())
}

#[tokio::test]
async fn a_higher_epoch_replaces_a_lower_one_at_once_and_never_the_other_way_round() {
    let [old, new] = locks(["old", "new"]).await;
    let repository = Uuid::now_v7();
    let first = old.acquire(repository, 1, Timestamp::UNIX_EPOCH, LEASE).await.unwrap();
    let second = new.acquire(repository, 2, Timestamp::UNIX_EPOCH, LEASE).await.unwrap();

    assert!(matches!(old.renew(&first, LEASE).await, Err(LockError::Superseded)));
    let again = old.acquire(repository, 1, Timestamp::UNIX_EPOCH, LEASE).await;
    assert!(matches!(again, Err(LockError::Superseded)));
    old.release(first).await.unwrap();
    let state = new.get(repository).await.unwrap().expect("the newer lock is left alone");
    assert_eq!((state.epoch, state.holder.as_str()), (2, "new"));
    new.release(second).await.unwrap();
    assert_eq!(new.get(repository).await.unwrap(), None);
}

#[tokio::test]
async fn a_lock_that_is_not_renewed_runs_out() {
    let [locks, _] = locks(["short", "other"]).await;
    let repository = Uuid::now_v7();
    let lock = locks
        .acquire(repository, 7, Timestamp::UNIX_EPOCH, Duration::from_millis(50))
        .await
        .unwrap();
    let gone = || async { locks.get(repository).await.map(|state| state.is_none()) };
    wait::until("the lock has run out", Duration::from_secs(5), gone).await.unwrap();
    assert!(matches!(locks.renew(&lock, LEASE).await, Err(LockError::Superseded)));
}

#[tokio::test]
async fn locks_are_listed_with_holder_epoch_and_time_left() {
    let [locks, _] = locks(["lister", "other"]).await;
    let mut repositories = [Uuid::now_v7(), Uuid::now_v7()];
    repositories.sort_unstable();
    let taken: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
    for repository in repositories {
        locks.acquire(repository, 3, taken, LEASE).await.unwrap();
    }
    let listed = locks.list().await.unwrap();
    assert_eq!(listed.iter().map(|lock| lock.repository_id).collect::<Vec<_>>(), repositories);
    for lock in listed {
        assert_eq!(
            (lock.epoch, lock.holder.as_str(), lock.acquired_at),
            (3, "lister", Some(taken))
        );
        assert!(lock.expires_in > LEASE / 2 && lock.expires_in <= LEASE, "{:?}", lock.expires_in);
    }
}

#[tokio::test]
async fn a_lock_is_broken_only_while_the_epoch_that_was_seen_holds_it() {
    let [locks, _] = locks(["broken", "other"]).await;
    let repository = Uuid::now_v7();
    locks.acquire(repository, 4, Timestamp::UNIX_EPOCH, LEASE).await.unwrap();
    assert!(!locks.delete(repository, 3).await.unwrap());
    assert!(locks.delete(repository, 4).await.unwrap());
    assert_eq!(locks.get(repository).await.unwrap(), None);
}
