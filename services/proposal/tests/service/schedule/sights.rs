//! Reports that contradict each other: nothing is applied until somebody has looked, and then what was seen decides.

use pullwright_pg::Queries as _;
use pullwright_proto::{
    delivery::DeliveryOutcome,
    job::{JobKind::ReconcilePullRequests, pull_request_sight::Sight},
};

use super::{World, closed, open, seen};
use crate::{
    harness::{fields, uuid},
    hook::Hook,
    scene::{CLOSED, OPEN},
};

/// Closed as of second 5 with a tag, then a reopening with the same stamp.
async fn disputed() -> (World, String) {
    let (mut world, id) = World::opened().await;
    world.pass("5 minutes").await;
    world.look(ReconcilePullRequests).await.saw(closed(7, 5), "W/\"1\"").await;
    let outcome = Hook::reopened(&world.repository, 7, 5).outcome(&world.ledger).await;
    assert_eq!((outcome, world.state(&id).await), (DeliveryOutcome::Stale, CLOSED));
    (world, id)
}

async fn is_disputed(world: &World, id: &str) -> bool {
    const SQL: &str = "
        SELECT disputed_at IS NOT NULL AS is_disputed
        FROM pull_request_watches
        WHERE proposal_id = $1";
    world.ledger.db().await.query_one(SQL, &[&uuid(id)]).await.unwrap().get("is_disputed")
}

/// Design §6: equal stamps that disagree apply nothing and queue one GET, whose answer decides.
#[tokio::test]
async fn two_reports_with_one_stamp_are_settled_by_looking() {
    let (mut world, id) = disputed().await;
    assert!(world.why(&id).await.contains("GitHub is asked at once"));
    let look = world.look(ReconcilePullRequests).await;
    assert_eq!(look.watches()[0].etag, "", "GitHub is to answer whatever it said before");
    assert_eq!(look.saw(open(7, 5), "W/\"2\"").await, 1);
    assert_eq!(world.state(&id).await, OPEN);
    assert!(!is_disputed(&world, &id).await);
    assert!(!world.why(&id).await.contains("contradict"));
}

/// The answer may as well confirm what was known.
#[tokio::test]
async fn looking_may_confirm_what_was_known() {
    let (mut world, id) = disputed().await;
    let look = world.look(ReconcilePullRequests).await;
    assert_eq!(look.saw(closed(7, 5), "W/\"2\"").await, 0);
    assert_eq!((world.state(&id).await, is_disputed(&world, &id).await), (CLOSED, false));
}

/// What a runner saw before the dispute is one more report: it decides nothing, and somebody looks again.
#[tokio::test]
async fn what_was_seen_before_the_dispute_decides_nothing() {
    let (mut world, id) = World::opened().await;
    world.pass("5 minutes").await;
    let early = world.look(ReconcilePullRequests).await;
    Hook::closed(&world.repository, 7, 5).outcome(&world.ledger).await;
    Hook::reopened(&world.repository, 7, 5).outcome(&world.ledger).await;
    for sight in [open(7, 5), closed(7, 5), Sight::Unchanged(())] {
        assert_eq!(early.tell(vec![seen(&id, sight, "W/\"1\"")]).await.unwrap(), 0);
        assert_eq!((world.state(&id).await, is_disputed(&world, &id).await), (CLOSED, true));
    }
    early.reconciled().await;
    let look = world.look(ReconcilePullRequests).await;
    assert_eq!(look.saw(open(7, 5), "").await, 1);
    assert_eq!((world.state(&id).await, is_disputed(&world, &id).await), (OPEN, false));
}

/// A newer delivery settles it as well.
#[tokio::test]
async fn a_newer_report_settles_a_dispute() {
    let (mut world, id) = disputed().await;
    let look = world.look(ReconcilePullRequests).await;
    Hook::reopened(&world.repository, 7, 6).outcome(&world.ledger).await;
    assert_eq!(look.saw(closed(7, 5), "").await, 0, "older than what is known");
    assert_eq!(world.state(&id).await, OPEN);
}

/// A report with a stamp that GitHub never gave, and that may be a clock a little ahead, stands against what GitHub answers until it was asked twice.
#[tokio::test]
async fn what_github_answers_twice_is_so_whatever_stamp_stands_against_it() {
    let (mut world, id) = World::opened().await;
    Hook::closed(&world.repository, 7, 300).outcome(&world.ledger).await;
    world.step().await;
    world.pass("1 hour").await;
    assert_eq!(world.look(ReconcilePullRequests).await.saw(open(7, 5), "").await, 0);
    assert_eq!((world.state(&id).await, is_disputed(&world, &id).await), (CLOSED, true));
    assert_eq!(world.look(ReconcilePullRequests).await.saw(open(7, 5), "").await, 1);
    assert_eq!((world.state(&id).await, is_disputed(&world, &id).await), (OPEN, false));
    let events = world.ledger.kinds(&id).await;
    world.pass("5 minutes").await;
    assert_eq!(world.look(ReconcilePullRequests).await.saw(open(7, 5), "").await, 0);
    assert_eq!(world.ledger.kinds(&id).await, events, "it is what it was");
}

/// §22.4, the ABA replay: what was seen in between is known to be newer.
#[tokio::test]
async fn a_replay_of_what_was_true_before_the_last_look_changes_nothing() {
    let (mut world, id) = World::opened().await;
    world.pass("5 minutes").await;
    world.look(ReconcilePullRequests).await.saw(closed(7, 9), "").await;
    let outcome = Hook::reopened(&world.repository, 7, 8).outcome(&world.ledger).await;
    assert_eq!((outcome, world.state(&id).await), (DeliveryOutcome::Stale, CLOSED));
}

#[tokio::test]
async fn too_many_sights_and_malformed_ids_are_refused() {
    let (mut world, id) = World::opened().await;
    world.pass("5 minutes").await;
    let look = world.look(ReconcilePullRequests).await;
    let many = vec![seen(&id, open(7, 1), ""); 101];
    assert_eq!(fields(look.tell(many).await), ["sights"]);
    let wrong = vec![seen("7", open(7, 1), "")];
    assert_eq!(fields(look.tell(wrong).await), ["sights[0].proposal_id"]);
}
