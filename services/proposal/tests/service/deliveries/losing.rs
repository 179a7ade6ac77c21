//! Groups of deliveries that lose against others again and again: kept for later, and none is lost.

use pullwright_pg::{Client, Queries as _};
use pullwright_proposal::rpc::replay;
use pullwright_proto::delivery::{DeliveryOutcome, recorded_delivery::End};
use rstest::rstest;

use super::{groups::together, waiting::DUE};
use crate::{
    hook::Hook,
    scene::{CLOSED, OPEN, Scene},
};

/// Lets whatever changes this table lose against somebody, with this state, and counts how often.
async fn lose(db: &Client, change: &str, state: &str) {
    let sql = format!(
        "CREATE SEQUENCE lost;
         CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN
             PERFORM nextval('lost');
             RAISE EXCEPTION 'lost on purpose' USING ERRCODE = '{state}';
         END $$;
         CREATE TRIGGER losing BEFORE {change} FOR EACH STATEMENT EXECUTE FUNCTION lose();"
    );
    db.batch_execute(&sql).await.unwrap();
}

async fn lost(db: &Client) -> i64 {
    db.query_one("SELECT last_value AS n FROM lost", &[]).await.unwrap().get("n")
}

/// Serialization failures and deadlocks: after eight lost transactions the group is kept as failed, and applied when its turn comes.
#[rstest]
#[case::a_serialization_failure("40001")]
#[case::a_deadlock("40P01")]
#[tokio::test]
async fn what_loses_eight_times_is_kept_as_failed_and_applied_later(#[case] state: &str) {
    let scene = Scene::opened().await;
    let (ledger, db) = (&scene.ledger, scene.ledger.db().await);
    lose(&db, "UPDATE ON proposals", state).await;
    let hooks = [
        Hook::closed(&scene.repository, 7, 2),
        Hook::reopened(&scene.repository, 7, 3),
        Hook::closed(&scene.repository, 7, 4),
    ];
    let push = Hook::event(&scene.repository, "push");
    let group = hooks.iter().chain([&push]).map(|hook| hook.request.clone()).collect();
    let outcomes: Vec<_> = together(ledger, group)
        .await
        .into_iter()
        .map(|end| match end {
            End::Recorded(end) if !end.duplicate => end.outcome(),
            other => panic!("{other:?}"),
        })
        .collect();
    let failed = DeliveryOutcome::Failed;
    assert_eq!(outcomes, [failed, failed, failed, DeliveryOutcome::Noop]);
    assert_eq!(lost(&db).await, 8);
    const KEPT: &str = "
        SELECT count(*) FILTER (WHERE next_attempt_at IS NOT NULL) AS waiting, count(*) AS kept
        FROM deliveries";
    let kept = async || {
        let row = db.query_one(KEPT, &[]).await.unwrap();
        (row.get::<_, i64>("waiting"), row.get::<_, i64>("kept"))
    };
    assert_eq!(kept().await, (3, 4));

    // Losing in the replay is no end, either.
    db.batch_execute(DUE).await.unwrap();
    replay::step(&ledger.app).await.unwrap();
    assert!(lost(&db).await > 8);
    assert_eq!((kept().await, scene.state().await), ((3, 4), OPEN));

    db.batch_execute("DROP TRIGGER losing ON proposals").await.unwrap();
    db.batch_execute(DUE).await.unwrap();
    replay::step(&ledger.app).await.unwrap();
    assert_eq!((kept().await, scene.state().await), ((0, 4), CLOSED));
    let told = ["pull_request_closed", "pull_request_reopened", "pull_request_closed"];
    assert_eq!(scene.since_opened().await, told, "each once, in their order");
    for hook in &hooks {
        assert_eq!(hook.repeated(ledger).await, DeliveryOutcome::Applied);
    }
}

/// Where not even that can be stored the call fails as a whole: whoever made it makes it again, and nothing is there twice.
#[tokio::test]
async fn what_cannot_be_stored_at_all_is_refused_and_recorded_when_it_comes_again() {
    let scene = Scene::opened().await;
    let (ledger, db) = (&scene.ledger, scene.ledger.db().await);
    lose(&db, "INSERT ON deliveries", "40001").await;
    let closed = Hook::closed(&scene.repository, 7, 2);
    let refusal = closed.deliver(ledger).await.unwrap_err();
    assert!(refusal.is_unavailable(), "{refusal:?}");
    assert_eq!(lost(&db).await, 9, "eight times, and once to keep it for later");
    assert_eq!(scene.state().await, OPEN);
    db.batch_execute("DROP TRIGGER losing ON deliveries").await.unwrap();
    assert_eq!(closed.outcome(ledger).await, DeliveryOutcome::Applied);
    assert_eq!(scene.state().await, CLOSED);
}
