//! What is tried against the ledger, and what it must not believe.

use futures::future::join_all;
use pullwright_pg::Queries as _;
use pullwright_proto::{
    delivery::{DeliveryOutcome, recorded_delivery::End},
    job::record_progress_request::Progress,
};
use uuid::Uuid;

use super::groups::together;
use crate::{
    harness::Harness,
    hook::Hook,
    runner::{Runner, pull},
    scene::{CLOSED, MERGED, OPEN, Scene},
};

/// §22.4: closed, reopened, closed, then the second one once more, under its own id and another one.
#[tokio::test]
async fn a_replayed_reopening_does_not_open_what_was_closed_again() {
    let scene = Scene::opened().await;
    let ledger = &scene.ledger;
    let reopened = Hook::reopened(&scene.repository, 7, 3);
    Hook::closed(&scene.repository, 7, 2).outcome(ledger).await;
    reopened.outcome(ledger).await;
    Hook::closed(&scene.repository, 7, 4).outcome(ledger).await;
    let before = scene.since_opened().await;
    assert_eq!(reopened.repeated(ledger).await, DeliveryOutcome::Applied);
    assert_eq!(reopened.again().repeated(ledger).await, DeliveryOutcome::Applied);
    // Nor when the one that it repeats is forgotten, or the bytes around it differ.
    let db = ledger.db().await;
    db.execute("DELETE FROM deliveries", &[]).await.unwrap();
    assert_eq!(reopened.outcome(ledger).await, DeliveryOutcome::Stale);
    let spaced = reopened.again().with_body("the same with a space more");
    assert_eq!(spaced.outcome(ledger).await, DeliveryOutcome::Stale);
    assert_eq!(scene.state().await, CLOSED);
    let after = scene.since_opened().await;
    assert_eq!(after[before.len()..], ["report_stale", "report_stale"]);
}

/// §22.4: the secret of one repository says nothing about another's pull requests, whatever the body names, in a group or alone.
#[tokio::test]
async fn a_group_with_a_forged_delivery_changes_nothing_of_another_repository() {
    let scene = Scene::opened().await;
    let ledger = &scene.ledger;
    let mallory = ledger.registry.repository_of(&ledger.registry.wired_cluster("mallory"));
    let mut forged = Hook::merged(&mallory, 7, 9);
    forged.request.repository_full_name = "acme/products-config".to_owned();
    let ours = Hook::closed(&scene.repository, 7, 2);
    let ends = together(ledger, vec![forged.request.clone(), ours.request]).await;
    let outcomes: Vec<_> = ends
        .iter()
        .map(|end| match end {
            End::Recorded(end) => end.outcome(),
            End::Refused(refused) => panic!("{refused:?}"),
        })
        .collect();
    assert_eq!(outcomes, [DeliveryOutcome::UnknownPr, DeliveryOutcome::Applied]);
    assert_eq!(scene.state().await, CLOSED);
    assert_eq!(forged.repeated(ledger).await, DeliveryOutcome::UnknownPr);
}

/// §22.4: the same from an App, whose word on a repository that it was not told about is only kept.
#[tokio::test]
async fn an_app_that_names_a_repository_changes_nothing_until_that_is_registered_under_its_host() {
    let scene = Scene::opened().await;
    let ledger = &scene.ledger;
    let mut forged =
        Hook::merged("", 7, 9).of_app(&Uuid::now_v7().to_string(), "acme/products-config");
    forged.request.host = "https://github.example.com".to_owned();
    assert_eq!(forged.outcome(ledger).await, DeliveryOutcome::Parked);
    super::parked::register(ledger, &scene.repository, 4711).await;
    assert_eq!(pullwright_proposal::rpc::replay::unpark(&ledger.app).await.unwrap(), 0);
    assert_eq!(forged.deliver(ledger).await.unwrap().outcome(), DeliveryOutcome::Parked);
    assert_eq!(scene.state().await, OPEN);
}

/// §22.4: merged in the moment in which its runner still records it.
#[tokio::test]
async fn a_merge_before_the_pull_request_was_recorded_is_not_lost() {
    let scene = Scene::leased().await;
    let ledger = &scene.ledger;
    scene.work.announce('b').await.unwrap();
    let merged = Hook::merged(&scene.repository, 7, 9);
    let ends = together(
        ledger,
        vec![Hook::closed(&scene.repository, 7, 8).request, merged.request.clone()],
    );
    assert_eq!(ends.await.len(), 2);
    scene.work.record(Progress::PullRequest(pull(7, 1))).await.unwrap();
    scene.work.opened(pull(7, 1)).await.unwrap();
    assert_eq!(scene.state().await, MERGED);
    assert_eq!(merged.repeated(ledger).await, DeliveryOutcome::Applied, "it was parked, not lost");
}

/// §22.4: merged while the ledger thinks that it is closed.
#[tokio::test]
async fn a_merge_of_what_is_known_to_be_closed_counts_at_once() {
    let scene = Scene::opened().await;
    Hook::closed(&scene.repository, 7, 5).outcome(&scene.ledger).await;
    let merged = Hook::merged(&scene.repository, 7, 5);
    assert_eq!(merged.outcome(&scene.ledger).await, DeliveryOutcome::Applied);
    assert_eq!(scene.state().await, MERGED);
}

/// §22.4: one page never belongs to two proposals, so that a delivery about it never finds two.
#[tokio::test]
async fn two_proposals_never_share_a_pull_request() {
    let scene = Scene::opened().await;
    let ledger = &scene.ledger;
    let other = ledger.manual().await.id;
    ledger.open(&other).await.unwrap();
    let work = Runner::of(ledger, "two").one().await;
    let refused = work.opened(pull(7, 1)).await.unwrap_err();
    assert_eq!(refused.violations[0].field, "opened.pull_request.number");
    assert_eq!(
        Hook::merged(&scene.repository, 7, 9).outcome(ledger).await,
        DeliveryOutcome::Applied
    );
    assert_eq!(scene.state().await, MERGED);
}

/// §22.4: two reports of one second that contradict each other change nothing, and somebody is sent to look at once.
#[tokio::test]
async fn a_dispute_changes_nothing_and_has_somebody_look() {
    let scene = Scene::opened().await;
    let ledger = &scene.ledger;
    Hook::closed(&scene.repository, 7, 5).outcome(ledger).await;
    ledger
        .sql(
            "UPDATE pull_request_watches SET due_at = now() + interval '1 h' WHERE proposal_id = $1",
            &scene.id,
        )
        .await;
    const DUE: &str = "
        SELECT count(*) AS n FROM pull_request_watches
        WHERE proposal_id = $1 AND due_at <= now() AND disputed_at IS NOT NULL";
    assert_eq!(ledger.count(DUE, &scene.id).await, 0);
    let ends = together(ledger, vec![Hook::reopened(&scene.repository, 7, 5).request]).await;
    assert!(matches!(&ends[0], End::Recorded(end) if end.outcome() == DeliveryOutcome::Stale));
    assert_eq!(scene.state().await, CLOSED);
    assert_eq!(scene.since_opened().await.last().unwrap(), "disputed");
    assert_eq!(ledger.count(DUE, &scene.id).await, 1);
}

/// §18.2: delivered again, in groups and alone, at once and later, it is applied once.
#[tokio::test]
async fn the_same_group_from_several_sides_at_once_is_applied_once() {
    let scene = Scene::opened().await;
    let ledger: &Harness = &scene.ledger;
    let group: Vec<_> = (2..8)
        .map(|at| match at % 2 {
            0 => Hook::closed(&scene.repository, 7, at).request,
            _ => Hook::reopened(&scene.repository, 7, at).request,
        })
        .collect();
    let mut turned = group.clone();
    turned.reverse();
    let sides = [group.clone(), turned, group.clone(), group[2..].to_vec()];
    let ends = join_all(sides.map(|side| together(ledger, side))).await;
    let fresh = ends
        .iter()
        .flatten()
        .filter(|end| matches!(end, End::Recorded(end) if !end.duplicate))
        .count();
    assert_eq!(fresh, 6, "each one once");
    assert_eq!(scene.state().await, OPEN);
    let kept = ledger.db().await.query_one("SELECT count(*) AS n FROM deliveries", &[]).await;
    assert_eq!(kept.unwrap().get::<_, i64>("n"), 6);
}

/// A stamp from the future, by which everything that is true until then would be old, counts as none.
#[tokio::test]
async fn a_stamp_from_the_future_hides_nothing_that_comes_after_it() {
    let scene = Scene::opened().await;
    let ledger = &scene.ledger;
    // They came in second 0.
    let forged = Hook::closed(&scene.repository, 7, 301);
    assert_eq!(forged.outcome(ledger).await, DeliveryOutcome::Stale);
    assert_eq!(
        (scene.state().await, scene.since_opened().await),
        (OPEN, vec!["disputed".to_owned()])
    );
    const LOOK: &str = "SELECT count(*) AS n FROM pull_request_watches WHERE proposal_id = $1 AND disputed_at IS NOT NULL AND due_at <= now()";
    assert_eq!(ledger.count(LOOK, &scene.id).await, 1, "GitHub is asked at once");
    let closed = Hook::closed(&scene.repository, 7, 2);
    assert_eq!(closed.outcome(ledger).await, DeliveryOutcome::Applied);
    let agrees = Hook::closed(&scene.repository, 7, 4_000_000);
    assert_eq!(agrees.outcome(ledger).await, DeliveryOutcome::Applied);
    let reopened = Hook::reopened(&scene.repository, 7, 3);
    assert_eq!(reopened.outcome(ledger).await, DeliveryOutcome::Applied);
    assert_eq!(scene.state().await, OPEN);
    // Clocks differ a little.
    let closed = Hook::closed(&scene.repository, 7, 300);
    assert_eq!(closed.outcome(ledger).await, DeliveryOutcome::Applied);
    assert_eq!(scene.state().await, CLOSED);
}
