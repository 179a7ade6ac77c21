//! §18.5 restated: a closed pull request is looked at after an hour, and each further time after twice as long, up to a day.

use pullwright_pg::Queries as _;
use pullwright_proposal::migrations;
use pullwright_proto::job::JobKind::ReconcilePullRequests;

use super::{World, closed, merged, open, seen};
use crate::{
    harness::uuid,
    hook::Hook,
    scene::{CLOSED, MERGED, OPEN},
};

/// A pull request that was closed a moment ago, as GitHub told.
async fn closed_by_hook() -> (World, String) {
    let (mut world, id) = World::opened().await;
    Hook::closed(&world.repository, 7, 2).outcome(&world.ledger).await;
    world.step().await;
    (world, id)
}

/// What anybody could see of a proposal that was not touched.
async fn rows(world: &World, id: &str) -> (String, i64) {
    const SQL: &str = "
        SELECT proposals.xmin::text || generations.xmin::text AS written,
               (SELECT count(*) FROM events WHERE proposal_id = proposals.id) AS events
        FROM proposals
        JOIN generations ON generations.proposal_id = proposals.id
        WHERE proposals.id = $1";
    let row = world.ledger.db().await.query_one(SQL, &[&uuid(id)]).await.unwrap();
    (row.get("written"), row.get("events"))
}

/// §18.5 AC-1 and AC-2: the schema goes back and forth on data, and what was there before is looked at for the first time at once.
#[tokio::test]
async fn pull_requests_from_before_are_watched_and_due_at_once() {
    let (world, id) = closed_by_hook().await;
    let newest = world.ledger.db().await;
    let version: i32 = newest
        .query_one("SELECT max(version) AS version FROM refinery_schema_history", &[])
        .await
        .unwrap()
        .get("version");
    drop(newest);
    let settings = world.ledger.database();
    assert_eq!(migrations::to(settings, 8).await.unwrap().reverted.last(), Some(&9));
    assert_eq!(migrations::to(settings, version).await.unwrap().applied.first(), Some(&9));
    let ledger = world.ledger.replica().await;
    let mut world = World {
        schedule: pullwright_proposal::schedule::Schedule::new(ledger.app.clone()),
        repository: world.repository,
        ledger,
    };
    const NEVER: &str = "SELECT count(*) AS n FROM pull_request_watches WHERE proposal_id = $1 AND last_seen_at IS NULL";
    assert_eq!(world.ledger.count(NEVER, &id).await, 1);
    assert_eq!(world.due_in(&id).await, Some(0));
    assert_eq!(world.look(ReconcilePullRequests).await.saw(closed(7, 2), "").await, 0);
    assert_eq!(world.due_in(&id).await, Some(60));
}

/// §18.5 AC-3a: closed and seen closed: only the next look is stamped.
#[tokio::test]
async fn closed_and_seen_closed_stamps_the_next_look_and_nothing_else() {
    let (mut world, id) = closed_by_hook().await;
    world.pass("1 hour").await;
    let look = world.look(ReconcilePullRequests).await;
    let before = rows(&world, &id).await;
    assert_eq!(look.saw(closed(7, 2), "").await, 0);
    assert_eq!(rows(&world, &id).await, before);
    assert_eq!((world.due_in(&id).await, world.state(&id).await), (Some(120), CLOSED));
}

/// §18.5 AC-3b: open and seen closed is T11, and the first look after it is an hour away.
#[tokio::test]
async fn open_and_seen_closed_is_a_transition() {
    let (mut world, id) = World::opened().await;
    world.pass("5 minutes").await;
    assert_eq!(world.look(ReconcilePullRequests).await.saw(closed(7, 2), "").await, 1);
    assert_eq!((world.due_in(&id).await, world.state(&id).await), (Some(60), CLOSED));
}

/// §18.5 AC-4: a merge that was missed ends the watching.
#[tokio::test]
async fn closed_and_seen_merged_ends_the_watching() {
    let (mut world, id) = closed_by_hook().await;
    world.pass("1 hour").await;
    assert_eq!(world.look(ReconcilePullRequests).await.saw(merged(7, 3), "").await, 1);
    assert_eq!((world.due_in(&id).await, world.state(&id).await), (None, MERGED));
    world.step().await;
    assert!(world.lease(ReconcilePullRequests).await.is_none());
}

/// §18.5 AC-5: what is still open keeps its even pace.
#[tokio::test]
async fn what_is_still_open_keeps_its_pace() {
    let (mut world, id) = World::opened().await;
    for _ in 0..3 {
        world.pass("5 minutes").await;
        assert_eq!(world.look(ReconcilePullRequests).await.saw(open(7, 1), "").await, 0);
        assert_eq!((world.due_in(&id).await, world.state(&id).await), (Some(5), OPEN));
    }
}

/// §18.5 AC-6: before its time it is left alone.
#[tokio::test]
async fn a_closed_one_is_left_alone_before_its_time() {
    let (mut world, id) = closed_by_hook().await;
    assert_eq!(world.due_in(&id).await, Some(60));
    world.pass("59 minutes").await;
    world.step().await;
    assert!(world.lease(ReconcilePullRequests).await.is_none());
}

/// §18.5 AC-7: when its time comes it is looked at, and then after twice as long, up to a day.
#[tokio::test]
async fn a_closed_one_is_looked_at_when_its_time_comes_ever_more_seldom_down_to_once_a_day() {
    let (mut world, id) = closed_by_hook().await;
    let mut hours = vec![];
    for _ in 0..6 {
        world.pass("1 day").await;
        assert_eq!(world.look(ReconcilePullRequests).await.saw(closed(7, 2), "").await, 0);
        hours.push(world.due_in(&id).await.unwrap() / 60);
    }
    assert_eq!(hours, [2, 4, 8, 16, 24, 24]);
}

/// The answer to a call may get lost, and the call is made again.
#[tokio::test]
async fn what_is_told_twice_grows_the_distance_once() {
    let (mut world, id) = closed_by_hook().await;
    world.pass("1 hour").await;
    let look = world.look(ReconcilePullRequests).await;
    for _ in 0..3 {
        look.tell(vec![seen(&id, closed(7, 2), "")]).await.unwrap();
    }
    look.reconciled().await;
    assert_eq!(world.due_in(&id).await, Some(120));
}

/// §18.5 AC-8 and §22.4: what is open is never left out, however old it is.
#[tokio::test]
async fn an_open_one_is_looked_at_however_old_it_is() {
    let (mut world, id) = World::opened().await;
    const AGE: &str =
        "UPDATE proposals SET created_at = created_at - interval '5 years' WHERE id = $1";
    world.ledger.sql(AGE, &id).await;
    world.pass("5 minutes").await;
    assert_eq!(world.look(ReconcilePullRequests).await.saw(merged(7, 3), "").await, 1);
    assert_eq!(world.state(&id).await, MERGED);
}

/// §18.5 AC-9, the race: a reopening that comes while GitHub is asked stays.
#[tokio::test]
async fn a_reopening_that_comes_while_somebody_looks_is_not_undone() {
    let (mut world, id) = closed_by_hook().await;
    world.pass("1 hour").await;
    let look = world.look(ReconcilePullRequests).await;
    Hook::reopened(&world.repository, 7, 3).outcome(&world.ledger).await;
    assert_eq!(look.tell(vec![seen(&id, closed(7, 2), "W/\"old\"")]).await.unwrap(), 0);
    look.reconciled().await;
    assert_eq!(world.state(&id).await, OPEN);
    // GitHub is asked once more, and that is that.
    assert_eq!(world.look(ReconcilePullRequests).await.saw(open(7, 3), "").await, 0);
    assert_eq!((world.due_in(&id).await, world.state(&id).await), (Some(5), OPEN));
}

/// §18.5 AC-9: one that was reopened and closed again is left alone for the first distance again.
#[tokio::test]
async fn closing_again_begins_with_the_first_distance_again() {
    let (mut world, id) = closed_by_hook().await;
    for _ in 0..3 {
        world.pass("1 day").await;
        world.look(ReconcilePullRequests).await.saw(closed(7, 2), "").await;
    }
    assert_eq!(world.due_in(&id).await, Some(8 * 60));
    Hook::reopened(&world.repository, 7, 3).outcome(&world.ledger).await;
    world.step().await;
    assert_eq!(world.due_in(&id).await, Some(5));
    Hook::closed(&world.repository, 7, 4).outcome(&world.ledger).await;
    world.step().await;
    assert_eq!(world.due_in(&id).await, Some(60));
}

/// §18.5 AC-10: two steps within the distance are one look.
#[tokio::test]
async fn two_steps_within_the_distance_are_one_look() {
    let (mut world, _) = closed_by_hook().await;
    world.pass("1 hour").await;
    world.look(ReconcilePullRequests).await.saw(closed(7, 2), "").await;
    world.pass("30 minutes").await;
    world.step().await;
    assert!(world.lease(ReconcilePullRequests).await.is_none());
}
