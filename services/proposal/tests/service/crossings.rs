//! Deliveries that cross with something else: the runner's report, a rejection, a fault of ours.

use std::time::Duration;

use pullwright_pg::Queries as _;
use pullwright_proto::{
    delivery::DeliveryOutcome,
    job::record_progress_request::Progress,
    proposal::{ProposalStatus, PullRequestState},
};
use pullwright_testkit::wait::until;
use rstest::rstest;

use crate::{
    hook::Hook,
    runner::pull,
    scene::{CLOSED, MERGED, OPEN, Scene},
};

#[tokio::test]
async fn a_rejected_proposal_whose_pull_request_is_merged_is_merged() {
    let scene = Scene::leased().await;
    scene.ledger.reject(&scene.id, "no").await.unwrap();
    scene.work.opened(pull(7, 1)).await.unwrap();
    assert_eq!(scene.ledger.close_jobs(&scene.id).await, 1);
    Hook::merged(&scene.repository, 7, 2).outcome(&scene.ledger).await;
    assert_eq!(scene.state().await, MERGED);
    assert!(scene.proposal().await.is_currently_live);
    assert_eq!(scene.ledger.kinds(&scene.id).await.last().unwrap(), "merged_after_rejection");
    assert_eq!(scene.ledger.close_jobs(&scene.id).await, 0, "there is nothing to close any more");
}

#[tokio::test]
async fn a_rejected_proposal_follows_its_pull_request() {
    let scene = Scene::leased().await;
    scene.ledger.reject(&scene.id, "no").await.unwrap();
    scene.work.opened(pull(7, 1)).await.unwrap();
    Hook::closed(&scene.repository, 7, 2).outcome(&scene.ledger).await;
    assert_eq!(scene.state().await, (ProposalStatus::Rejected, PullRequestState::Closed));
    Hook::reopened(&scene.repository, 7, 3).outcome(&scene.ledger).await;
    assert_eq!(scene.state().await, (ProposalStatus::Rejected, PullRequestState::Open));
    assert_eq!(scene.proposal().await.rejected_reason, "no");
}

#[tokio::test]
async fn deliveries_that_came_before_the_number_was_known_are_applied_once_it_is() {
    let scene = Scene::leased().await;
    let closed = Hook::closed(&scene.repository, 7, 2);
    let merged = Hook::merged(&scene.repository, 7, 3);
    assert_eq!(merged.outcome(&scene.ledger).await, DeliveryOutcome::UnknownPr);
    assert_eq!(closed.outcome(&scene.ledger).await, DeliveryOutcome::UnknownPr);
    assert_eq!(
        Hook::merged(&scene.repository, 8, 3).outcome(&scene.ledger).await,
        DeliveryOutcome::UnknownPr
    );
    scene.work.opened(pull(7, 1)).await.unwrap();
    assert_eq!(scene.state().await, MERGED);
    let answer = merged.deliver(&scene.ledger).await.unwrap();
    assert_eq!(
        (answer.outcome(), answer.duplicate, answer.proposal_id),
        (DeliveryOutcome::Applied, true, scene.id.clone())
    );
    assert_eq!(closed.repeated(&scene.ledger).await, DeliveryOutcome::Stale);
    assert_eq!(scene.since_opened().await, ["pull_request_merged", "report_stale"]);
}

#[rstest]
#[case::closed(Hook::closed, CLOSED)]
#[case::merged(Hook::merged, MERGED)]
#[tokio::test]
async fn a_delivery_may_be_faster_than_the_runner_s_end(
    #[case] hook: fn(&str, i64, i64) -> Hook,
    #[case] state: (ProposalStatus, PullRequestState),
) {
    let scene = Scene::leased().await;
    scene.work.record(Progress::PullRequest(pull(7, 1))).await.unwrap();
    let hook = hook(&scene.repository, 7, 2);
    assert_eq!(hook.outcome(&scene.ledger).await, DeliveryOutcome::Applied);
    assert_eq!(scene.state().await, state);
    scene.work.opened(pull(7, 1)).await.unwrap();
    assert_eq!(scene.state().await, state, "what the runner saw was older");
    let proposal = scene.proposal().await;
    assert_eq!((proposal.pull_request_number, proposal.is_opening), (7, false));
    let kinds = scene.ledger.kinds(&scene.id).await;
    assert!(
        kinds.contains(&"pull_request_opened".to_owned())
            && !kinds.contains(&"pull_request_unwanted".to_owned()),
        "{kinds:?}"
    );
    assert_eq!(scene.ledger.close_jobs(&scene.id).await, 0);
}

#[tokio::test]
async fn a_delivery_and_the_end_at_once_lose_nothing() {
    for _ in 0..10 {
        let scene = Scene::leased().await;
        let merged = Hook::merged(&scene.repository, 7, 2);
        let (delivered, ended) =
            tokio::join!(merged.deliver(&scene.ledger), scene.work.opened(pull(7, 1)));
        delivered.unwrap();
        ended.unwrap();
        assert_eq!(scene.state().await, MERGED);
    }
}

#[tokio::test]
async fn a_delivery_and_the_recording_of_its_number_take_turns() {
    let scene = Scene::leased().await;
    let mut db = scene.ledger.db().await;
    let turn = db.begin().await.unwrap();
    let key = format!("pull:{}:7", scene.repository);
    turn.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", &[&key]).await.unwrap();
    let merged = Hook::merged(&scene.repository, 7, 2);
    let both = async { tokio::join!(merged.deliver(&scene.ledger), scene.work.opened(pull(7, 1))) };
    let waiting = async {
        const SQL: &str = "
            SELECT count(*) = 2 AS both_wait
            FROM pg_locks
            JOIN pg_database ON pg_database.oid = pg_locks.database
            WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()";
        let wait =
            || async { turn.query_one(SQL, &[]).await.map(|row| row.get::<_, bool>("both_wait")) };
        until("both wait for their turn", Duration::from_secs(20), wait).await.unwrap();
        turn.rollback().await.unwrap();
    };
    let ((delivered, ended), ()) = tokio::join!(both, waiting);
    delivered.unwrap();
    ended.unwrap();
    assert_eq!(scene.state().await, MERGED);
}

#[tokio::test]
async fn a_delivery_that_breaks_is_kept_and_can_be_applied_later() {
    let scene = Scene::opened().await;
    let db = scene.ledger.db().await;
    db.batch_execute(
        "CREATE FUNCTION break() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken on purpose'; END $$;
         CREATE TRIGGER broken BEFORE UPDATE ON proposals FOR EACH ROW EXECUTE FUNCTION break();",
    )
    .await
    .unwrap();
    let closed = Hook::closed(&scene.repository, 7, 2);
    assert_eq!(closed.outcome(&scene.ledger).await, DeliveryOutcome::Failed);
    assert_eq!(scene.state().await, OPEN);
    let kept = db.query_one("SELECT error, body FROM deliveries", &[]).await.unwrap();
    assert!(kept.get::<_, String>("error").contains("broken on purpose"));
    assert_eq!(kept.get::<_, Vec<u8>>("body"), closed.request.body_gzip);
    assert!(scene.since_opened().await.is_empty(), "nothing of it is left");

    db.batch_execute("DROP TRIGGER broken ON proposals").await.unwrap();
    assert_eq!(closed.outcome(&scene.ledger).await, DeliveryOutcome::Applied, "the same id again");
    assert_eq!(scene.state().await, CLOSED);
    assert_eq!(closed.repeated(&scene.ledger).await, DeliveryOutcome::Applied);
    let kept = db.query_one("SELECT error FROM deliveries", &[]).await.unwrap();
    assert_eq!(kept.get::<_, Option<String>>("error"), None);
}
