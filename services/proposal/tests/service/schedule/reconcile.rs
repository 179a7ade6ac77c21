//! Missed webhooks, and what becomes of pull requests that cannot be seen.

use std::time::Duration;

use pullwright_pg::Queries as _;
use pullwright_proto::job::{
    self as v1, JobKind::ClosePullRequest, JobKind::ReconcilePullRequests,
    complete_job_request::Outcome, pull_request_sight::Sight, retry::When,
};

use super::{World, closed, failure, merged, open, seen};
use crate::{
    harness::Harness,
    hook::Hook,
    runner::Runner,
    scene::{CLOSED, MERGED, OPEN},
};

async fn due(world: &World) {
    world.pass("5 minutes").await;
}

/// §18.2 AC-3, the ledger's part: a merge of which no webhook told is known after the next look.
#[tokio::test]
async fn a_missed_merge_is_found_by_looking() {
    let (mut world, id) = World::opened().await;
    assert_eq!(world.due_in(&id).await, Some(5));
    assert!(world.lease(ReconcilePullRequests).await.is_none(), "it was opened a moment ago");
    due(&world).await;
    let look = world.look(ReconcilePullRequests).await;
    assert_eq!(look.lease.lane, format!("read:reconcile:{}", world.repository));
    let [watch] = look.watches() else { panic!("one pull request") };
    assert_eq!((watch.proposal_id.as_str(), watch.generation, watch.etag.as_str()), (&*id, 1, ""));
    assert_eq!(watch.pull_request.as_ref().unwrap().number, 7);

    assert_eq!(look.saw(merged(7, 9), "W/\"1\"").await, 1);
    let proposal = world.ledger.get(&id).await.unwrap();
    assert_eq!((proposal.status(), proposal.pull_request_state()), MERGED);
    assert_eq!(proposal.merged_at, Some(crate::runner::second(9)));
    assert_eq!(world.due_in(&id).await, None, "nothing can become of it any more");
    let told = world.ledger.events(&id).await.pop().unwrap();
    assert_eq!((told.kind.as_str(), told.actor.as_str()), ("pull_request_merged", "reconciler"));
    assert_eq!(told.facts["live"], "true");
    assert!(world.watched(&world.repository).await.reconciled_at.is_some());
}

/// §22.4: open to closed and closed to open heal both.
#[tokio::test]
async fn missed_closings_and_missed_reopenings_heal_both() {
    let (mut world, id) = World::opened().await;
    due(&world).await;
    assert_eq!(world.look(ReconcilePullRequests).await.saw(closed(7, 5), "").await, 1);
    assert_eq!(world.state(&id).await, CLOSED);
    world.step().await;
    world.pass("1 hour").await;
    assert_eq!(world.look(ReconcilePullRequests).await.saw(open(7, 6), "").await, 1);
    assert_eq!(world.state(&id).await, OPEN);
    let kinds = world.ledger.kinds(&id).await;
    assert_eq!(kinds[kinds.len() - 2..], ["pull_request_closed", "pull_request_reopened"]);
}

/// A 304 costs nothing: it only says when to look again. The tag is that of the last answer.
#[tokio::test]
async fn what_is_as_it_was_is_told_by_its_tag() {
    let (mut world, id) = World::opened().await;
    due(&world).await;
    assert_eq!(world.look(ReconcilePullRequests).await.saw(open(7, 1), "W/\"1\"").await, 0);
    due(&world).await;
    let look = world.look(ReconcilePullRequests).await;
    assert_eq!(look.watches()[0].etag, "W/\"1\"");
    let events = world.ledger.kinds(&id).await;
    assert_eq!(look.saw(Sight::Unchanged(()), "W/\"1\"").await, 0);
    assert_eq!(world.ledger.kinds(&id).await, events);
    assert_eq!((world.due_in(&id).await, world.state(&id).await), (Some(5), OPEN));
    due(&world).await;
    let look = world.look(ReconcilePullRequests).await;
    assert_eq!(look.watches()[0].etag, "W/\"1\"");
    // A comment: something changed that nobody follows.
    assert_eq!(look.saw(open(7, 30), "W/\"2\"").await, 0);
    assert_eq!(world.ledger.kinds(&id).await, events);
    let late = Hook::closed(&world.repository, 7, 20);
    assert_eq!(
        late.outcome(&world.ledger).await,
        pullwright_proto::delivery::DeliveryOutcome::Stale,
        "what was seen is newer"
    );
}

/// A pull request that GitHub does not know any more ends as an explained state, told once, and is looked for ever more seldom.
#[tokio::test]
async fn what_github_does_not_know_any_more_is_explained_and_looked_for_ever_more_seldom() {
    let (mut world, id) = World::opened().await;
    let gone = || Sight::Gone(failure("PULL_REQUEST_GONE"));
    for (round, minutes) in [5, 10, 20].into_iter().enumerate() {
        world.pass("1 day").await;
        assert_eq!(world.look(ReconcilePullRequests).await.saw(gone(), "").await, 0, "{round}");
        assert_eq!(world.due_in(&id).await, Some(minutes), "{round}");
    }
    let kinds = world.ledger.kinds(&id).await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "pull_request_gone").count(), 1);
    assert_eq!(world.state(&id).await, OPEN, "nobody said that it was closed");
    let why = world.why(&id).await;
    for part in ["has not known it since", "PULL_REQUEST_GONE", "looked for again at", "reject"] {
        assert!(why.contains(part), "{part}: {why}");
    }

    world.pass("1 day").await;
    assert_eq!(world.look(ReconcilePullRequests).await.saw(closed(7, 9), "").await, 1);
    let kinds = world.ledger.kinds(&id).await;
    assert_eq!(kinds[kinds.len() - 2..], ["pull_request_found", "pull_request_closed"]);
    assert!(!world.why(&id).await.contains("has not known it"));
}

/// §22.4: one bad candidate never stops the others.
#[tokio::test]
async fn one_pull_request_that_cannot_be_seen_stops_no_other() {
    let world = &mut World::start().await;
    let ids = [world.open(7).await, world.open(8).await, world.open(9).await, world.open(10).await];
    world.step().await;
    due(world).await;
    let look = world.look(ReconcilePullRequests).await;
    assert_eq!(look.watches().len(), 4);
    let wrong = v1::PullRequestRef { head_oid: "x".to_owned(), ..crate::runner::pull(9, 3) };
    let sights = vec![
        seen(&ids[0], Sight::Failed(failure("GITHUB_API_FAILED")), ""),
        seen(&ids[1], closed(88, 3), ""),
        seen(&ids[2], Sight::Seen(wrong), ""),
        seen(&ids[3], closed(10, 3), ""),
    ];
    assert_eq!(look.tell(sights).await.unwrap(), 1);
    look.reconciled().await;
    assert_eq!(world.state(&ids[3]).await, CLOSED);
    for (id, told) in ids.iter().zip(["GITHUB_API_FAILED", "told of #88", "head_oid"]) {
        assert_eq!(world.state(id).await, OPEN);
        assert_eq!(world.due_in(id).await, Some(5), "{told}");
        let why = world.why(id).await;
        assert!(why.contains(told) && why.contains("could not be looked at"), "{why}");
    }
}

/// §22.4: one rate-limited or revoked credential never stops the others.
#[tokio::test]
async fn one_repository_that_cannot_be_looked_at_stops_no_other() {
    let mut world = World::start().await;
    let first = world.open(7).await;
    let other = world.ledger.registry.wired_cluster("other");
    let request = pullwright_proto::proposal::CreateProposalRequest {
        cluster_id: other.clone(),
        ..world.ledger.manual_request()
    };
    let second = world.ledger.create(request).await.unwrap().id;
    world.ledger.open(&second).await.unwrap();
    let work = crate::runner::Runner::of(&world.ledger, "opener").one().await;
    work.opened(crate::runner::pull(7, 1)).await.unwrap();
    world.step().await;
    due(&world).await;
    world.step().await;

    let looks = [
        world.lease(ReconcilePullRequests).await.unwrap(),
        world.lease(ReconcilePullRequests).await.unwrap(),
    ];
    let of = |id: &str| looks.iter().find(|look| look.watches()[0].proposal_id == id).unwrap();
    let limited = v1::SightFailure {
        retry_after: Some(Duration::from_secs(1_800).try_into().unwrap()),
        ..failure("GITHUB_API_FAILED")
    };
    let outcome = v1::PullRequestsReconciled { requests: 1, failure: Some(limited) };
    of(&first).complete(Outcome::Reconciled(outcome)).await.unwrap();
    assert_eq!(of(&second).saw(closed(7, 4), "").await, 1);

    assert_eq!(world.next_in("reconcile_pull_requests", &world.repository).await, 30);
    let watched = world.watched(&world.repository).await;
    assert_eq!(watched.reconcile_error, "GITHUB_API_FAILED: GitHub said no");
    assert!(world.why(&first).await.contains("its repository could not be looked at"));
    due(&world).await;
    world.step().await;
    assert!(world.lease(ReconcilePullRequests).await.is_none(), "not before GitHub said");

    world.pass_looks("30 minutes").await;
    assert_eq!(world.look(ReconcilePullRequests).await.saw(open(7, 1), "").await, 0);
    assert_eq!(world.watched(&world.repository).await.reconcile_error, "");
}

/// A pull request whose runner died before it could tell: it is opened, and the job finds it so.
#[tokio::test]
async fn what_was_recorded_and_never_told_is_opened_by_looking() {
    let mut world = World::start().await;
    let id = world.ledger.manual().await.id;
    world.ledger.open(&id).await.unwrap();
    let work = crate::runner::Runner::of(&world.ledger, "one").one().await;
    let fact = v1::record_progress_request::Progress::PullRequest(crate::runner::pull(7, 1));
    work.record(fact).await.unwrap();
    world.step().await;
    due(&world).await;
    assert_eq!(world.look(ReconcilePullRequests).await.saw(open(7, 2), "").await, 0);
    assert_eq!(world.state(&id).await, OPEN);
    assert!(world.ledger.kinds(&id).await.contains(&"pull_request_seen".to_owned()));
    work.opened(crate::runner::pull(7, 1)).await.unwrap();
    assert_eq!(world.state(&id).await, OPEN);
}

/// Of an earlier generation nothing stays open.
#[tokio::test]
async fn an_earlier_generation_that_is_seen_open_is_closed() {
    let (mut world, id) = World::opened().await;
    Hook::closed(&world.repository, 7, 2).outcome(&world.ledger).await;
    world.open_again(&id, 8).await;
    world.step().await;
    world.pass("1 hour").await;
    let look = world.look(ReconcilePullRequests).await;
    assert_eq!(look.watches().len(), 2);
    assert_eq!(look.tell(vec![seen(&id, open(7, 5), "")]).await.unwrap(), 1);
    assert_eq!(world.ledger.close_jobs(&id).await, 1);
    assert_eq!(world.ledger.get(&id).await.unwrap().pull_request_number, 8);
}

/// Nobody tells for a repository that is not the job's.
#[tokio::test]
async fn a_runner_tells_only_of_the_repository_that_it_was_asked_to_look_at() {
    let (mut world, id) = World::opened().await;
    let stranger = world.ledger.registry.repository("stranger");
    world.step().await;
    world.sql("UPDATE jobs SET ended_at = now(), outcome = 'completed' WHERE generation = 0").await;
    let ledger: &Harness = &world.ledger;
    ledger
        .sql("INSERT INTO lanes (key) VALUES ('read:reconcile:' || $1::uuid::text)", &stranger)
        .await;
    ledger
        .sql(
            "INSERT INTO jobs (id, kind, subject, generation, lane)
             VALUES (gen_random_uuid(), 'reconcile_pull_requests', $1, 0, 'read:reconcile:' || $1::uuid::text)",
            &stranger,
        )
        .await;
    let look = world.lease(ReconcilePullRequests).await.unwrap();
    assert!(look.watches().is_empty());
    assert_eq!(look.tell(vec![seen(&id, merged(7, 9), "")]).await.unwrap(), 0);
    assert_eq!(world.state(&id).await, OPEN);
}

/// In an archived repository nothing can be closed: it is tried once a day, not at every look.
#[tokio::test]
async fn an_earlier_pull_request_that_cannot_be_closed_is_left_alone_for_a_day() {
    let (mut world, id) = World::opened().await;
    Hook::closed(&world.repository, 7, 2).outcome(&world.ledger).await;
    world.open_again(&id, 8).await;
    world.step().await;
    let runner = Runner::of(&world.ledger, "closer");
    for (passed, tried) in [("0", true), ("0", false), ("23 hours", false), ("2 hours", true)] {
        let sql = format!("UPDATE jobs SET ended_at = ended_at - interval '{passed}'");
        world.ledger.db().await.batch_execute(&sql).await.unwrap();
        world.pass("1 day").await;
        let look = world.look(ReconcilePullRequests).await;
        look.tell(vec![seen(&id, open(7, 5), "")]).await.unwrap();
        look.reconciled().await;
        assert_eq!(world.ledger.close_jobs(&id).await, i64::from(tried), "{passed}");
        if tried {
            let work = runner.one().await;
            assert_eq!((work.job.kind(), work.close().generation), (ClosePullRequest, 1));
            let archived = "Repository was archived so is read-only.";
            work.fail_with("GITHUB_API_FAILED", archived, When::Never(())).await.unwrap();
        }
    }
}
