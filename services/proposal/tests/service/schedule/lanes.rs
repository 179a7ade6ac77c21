//! Leases of jobs that only look.

use std::time::Duration;

use pullwright_pg::Queries as _;
use pullwright_proto::{
    error::ErrorReason,
    job::{self as v1, JobKind::ReconcilePullRequests, complete_job_request::Outcome, retry::When},
};

use super::{READS, World, open, seen};
use crate::{
    harness::{answer, fields, reason, uuid},
    runner::{ALL, Runner, after, oid},
    scene::OPEN,
};

const END_LEASES: &str =
    "UPDATE lanes SET expires_at = now() - interval '1 ms' WHERE expires_at IS NOT NULL";

async fn due() -> (World, String) {
    let (mut world, id) = World::opened().await;
    world.pass("5 minutes").await;
    world.step().await;
    (world, id)
}

#[tokio::test]
async fn who_asks_for_work_that_changes_something_gets_none_that_looks_and_the_other_way_round() {
    let (world, _) = due().await;
    assert!(world.lease_any(&ALL).await.is_none());
    let other = world.ledger.manual().await.id;
    world.ledger.open(&other).await.unwrap();
    let mut looks = vec![];
    while let Some(look) = world.lease_any(&READS).await {
        looks.push(look.job.kind());
    }
    looks.sort_unstable();
    let due = [ReconcilePullRequests, v1::JobKind::SweepOrphans];
    assert_eq!(looks, due, "a leased job is nobody else's");
    Runner::of(&world.ledger, "one").one().await;
}

#[tokio::test]
async fn a_proposal_that_is_being_changed_holds_up_no_look() {
    let (world, id) = due().await;
    let mut db = world.ledger.db().await;
    let tx = db.begin().await.unwrap();
    tx.query_one("SELECT id FROM proposals WHERE id = $1 FOR UPDATE", &[&uuid(&id)]).await.unwrap();
    let first = world.lease(ReconcilePullRequests).await.unwrap();
    world.sql(END_LEASES).await;
    let again = world.lease(ReconcilePullRequests).await.expect("after a silence as well");
    assert_eq!((again.job.attempt, &again.job.id), (2, &first.job.id));
    assert_eq!(again.tell(vec![]).await.unwrap(), 0);
    tx.rollback().await.unwrap();
}

#[tokio::test]
async fn a_look_whose_runner_went_silent_is_taken_over_and_no_proposal_hears_of_it() {
    let (world, id) = due().await;
    let events = world.ledger.kinds(&id).await;
    let lost = world.lease(ReconcilePullRequests).await.unwrap();
    world.sql(END_LEASES).await;
    let sights = || vec![seen(&id, open(7, 1), "")];
    assert_eq!(reason(lost.tell(sights()).await), ErrorReason::LeaseLost);
    let taken = world.lease(ReconcilePullRequests).await.unwrap();
    assert_eq!(taken.watches().len(), 1, "what the other was to look at");
    assert_eq!(reason(lost.tell(sights()).await), ErrorReason::LeaseLost);
    let outcome = Outcome::Reconciled(v1::PullRequestsReconciled::default());
    assert_eq!(reason(lost.complete(outcome.clone()).await), ErrorReason::LeaseLost);
    taken.saw(super::open(7, 1), "").await;
    taken.complete(outcome).await.unwrap_err();
    assert_eq!(world.ledger.kinds(&id).await, events);
}

/// A look on which every runner dies is neither leased for ever nor lost.
#[tokio::test]
async fn a_look_on_which_each_runner_dies_is_given_up_until_its_next_time() {
    let (mut world, _) = due().await;
    for attempt in 1..=3 {
        let look = world.lease(ReconcilePullRequests).await.unwrap();
        assert_eq!(look.job.attempt, attempt);
        world.sql(END_LEASES).await;
    }
    assert!(world.lease(ReconcilePullRequests).await.is_none());
    let watched = world.watched(&world.repository).await;
    assert!(
        watched.reconcile_error.starts_with("LEASE_LOST: no runner finished it"),
        "{watched:?}"
    );
    assert_eq!(world.next_in("reconcile_pull_requests", &world.repository).await, 1);

    world.pass_looks("1 minute").await;
    world.pass("5 minutes").await;
    world.look(ReconcilePullRequests).await.saw(open(7, 1), "").await;
    assert_eq!(world.watched(&world.repository).await.reconcile_error, "");
}

#[tokio::test]
async fn an_end_that_is_told_twice_is_one_end() {
    let (mut world, id) = due().await;
    let look = world.lease(ReconcilePullRequests).await.unwrap();
    look.tell(vec![seen(&id, open(7, 1), "")]).await.unwrap();
    look.reconciled().await;
    look.reconciled().await;
    world.pass("5 minutes").await;
    world.step().await;
    look.reconciled().await;
    let next = world.lease(ReconcilePullRequests).await.expect("the next one is still to be done");
    assert_eq!(next.job.id, look.job.id, "there is one row of each");
    let wrong = Outcome::OrphansSwept(v1::OrphansSwept::default());
    assert_eq!(fields(next.complete(wrong).await), ["outcome"]);
}

#[tokio::test]
async fn what_was_handed_out_and_not_told_is_put_off_and_holds_up_nothing() {
    let (mut world, id) = due().await;
    world.lease(ReconcilePullRequests).await.unwrap().reconciled().await;
    assert_eq!(world.due_in(&id).await, Some(5));
    world.step().await;
    assert!(world.lease(ReconcilePullRequests).await.is_none());
}

#[tokio::test]
async fn a_failed_look_says_why_and_is_made_again_ever_later() {
    let (mut world, _) = due().await;
    for minutes in [1, 2, 4] {
        let look = world.lease(ReconcilePullRequests).await.unwrap();
        assert!(!look.fail("GITHUB_AUTH_FAILED", When::Backoff(())).await.unwrap());
        assert_eq!(world.next_in("reconcile_pull_requests", &world.repository).await, minutes);
        let watched = world.watched(&world.repository).await;
        assert_eq!(watched.reconcile_error, "GITHUB_AUTH_FAILED: it broke");
        world.step().await;
        assert!(world.lease(ReconcilePullRequests).await.is_none());
        world.pass_looks("1 hour").await;
        world.pass("1 hour").await;
        world.step().await;
    }
}

#[tokio::test]
async fn a_runner_that_stops_hands_its_look_to_the_next_one() {
    let (world, _) = due().await;
    let look = world.lease(ReconcilePullRequests).await.unwrap();
    assert!(look.fail("RUNNER_STOPPING", after(Duration::ZERO)).await.unwrap());
    let next = world.lease(ReconcilePullRequests).await.unwrap();
    assert_eq!((next.job.attempt, next.watches().len()), (1, 1));
    assert_eq!(world.watched(&world.repository).await.reconcile_error, "");
    assert!(next.fail("SERVICE_UNAVAILABLE", after(Duration::from_secs(5))).await.unwrap());
    let told = world.watched(&world.repository).await.reconcile_error;
    assert_eq!(told, "SERVICE_UNAVAILABLE: it broke");
}

#[tokio::test]
async fn a_lease_of_a_look_can_be_revoked() {
    let (world, id) = due().await;
    let look = world.lease(ReconcilePullRequests).await.unwrap();
    let events = world.ledger.kinds(&id).await;
    let revoked = Runner::of(&world.ledger, "other").revoke(&look.lease.lane).await.unwrap();
    assert_eq!(revoked, (look.lease.epoch + 1, true));
    assert_eq!(reason(look.tell(vec![]).await), ErrorReason::LeaseLost);
    assert_eq!(world.ledger.kinds(&id).await, events);
}

#[tokio::test]
async fn who_only_looks_announces_nothing_and_calls_are_for_their_own_jobs() {
    let (world, id) = due().await;
    let look = world.lease(ReconcilePullRequests).await.unwrap();
    let announcement = v1::Announcement { base_oid: oid('a'), head_oid: oid('b') };
    let request = v1::RecordProgressRequest {
        job_id: look.job.id.clone(),
        token: look.lease.token.clone(),
        progress: Some(v1::record_progress_request::Progress::Announcement(announcement)),
    };
    let refused = answer(world.ledger.jobs().record_progress(request).await);
    assert_eq!(fields(refused), ["job_id"]);
    assert_eq!(fields(look.check(vec![]).await), ["job_id"]);
    assert_eq!(fields(look.found(vec![], vec![]).await), ["job_id"]);
    assert_eq!(world.state(&id).await, OPEN);
}

#[tokio::test]
async fn a_waiting_runner_gets_a_look_when_it_is_queued() {
    let (mut world, _) = World::opened().await;
    let mut client = world.ledger.jobs();
    let request = v1::LeaseJobsRequest {
        holder: "looker".to_owned(),
        kinds: vec![ReconcilePullRequests.into()],
        max_jobs: 0,
        wait: Some(Duration::from_secs(20).try_into().unwrap()),
    };
    let waiting = tokio::spawn(async move { client.lease_jobs(request).await });
    world.pass("5 minutes").await;
    world.step().await;
    let lease = waiting.await.unwrap().unwrap().into_inner().lease;
    assert_eq!(lease.unwrap().jobs[0].kind(), ReconcilePullRequests);
}
