//! Deliveries that wait: failed ones are tried again, old ones forgotten.

use std::time::Duration;

use pullwright_pg::Queries as _;
use pullwright_proposal::rpc::replay;
use pullwright_proto::delivery::DeliveryOutcome;
use uuid::Uuid;

use crate::{
    harness::Harness,
    hook::Hook,
    scene::{CLOSED, OPEN, Scene},
};

pub const BREAK: &str = "
    CREATE OR REPLACE FUNCTION break() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken on purpose'; END $$;
    CREATE TRIGGER broken BEFORE UPDATE ON proposals FOR EACH ROW EXECUTE FUNCTION break();";
pub const MEND: &str = "DROP TRIGGER broken ON proposals";
pub const DUE: &str =
    "UPDATE deliveries SET next_attempt_at = now() WHERE next_attempt_at IS NOT NULL";

/// Attempts, seconds until the next one, and the outcome of the one delivery that there is.
async fn waits(ledger: &Harness) -> (i32, Option<f64>, String) {
    const SQL: &str = "
        SELECT attempts, EXTRACT(EPOCH FROM next_attempt_at - now())::float8 AS wait, outcome
        FROM deliveries";
    let row = ledger.db().await.query_one(SQL, &[]).await.unwrap();
    (row.get("attempts"), row.get("wait"), row.get("outcome"))
}

/// §22.4: who fails inside is not asked to send again, since GitHub does not.
#[tokio::test]
async fn a_failed_delivery_is_applied_by_the_ledger_itself() {
    let scene = Scene::opened().await;
    let (ledger, db) = (&scene.ledger, scene.ledger.db().await);
    db.batch_execute(BREAK).await.unwrap();
    let closed = Hook::closed(&scene.repository, 7, 2);
    assert_eq!(closed.outcome(ledger).await, DeliveryOutcome::Failed);
    replay::step(&ledger.app).await.unwrap();
    assert_eq!(waits(ledger).await.0, 1, "it is not due yet");

    db.batch_execute(DUE).await.unwrap();
    replay::step(&ledger.app).await.unwrap();
    let (attempts, wait, outcome) = waits(ledger).await;
    assert_eq!((attempts, outcome.as_str()), (2, "failed"));
    assert!(wait.is_some_and(|wait| (0.5..=2.0).contains(&wait)), "{wait:?}");

    db.batch_execute(MEND).await.unwrap();
    db.batch_execute(DUE).await.unwrap();
    replay::step(&ledger.app).await.unwrap();
    assert_eq!(waits(ledger).await, (3, None, "applied".to_owned()));
    assert_eq!(scene.state().await, CLOSED);
    assert_eq!(scene.since_opened().await, ["pull_request_closed"]);
    assert_eq!(closed.repeated(ledger).await, DeliveryOutcome::Applied);
}

#[tokio::test]
async fn what_failed_often_enough_or_for_a_day_is_given_up_and_stays() {
    for given_up in ["attempts = 19", "attempts = 3, recorded_at = now() - interval '25 h'"] {
        let scene = Scene::opened().await;
        let (ledger, db) = (&scene.ledger, scene.ledger.db().await);
        db.batch_execute(BREAK).await.unwrap();
        Hook::closed(&scene.repository, 7, 2).outcome(ledger).await;
        let sql = format!("UPDATE deliveries SET {given_up}, next_attempt_at = now()");
        db.batch_execute(&sql).await.unwrap();
        replay::step(&ledger.app).await.unwrap();
        let (_, wait, outcome) = waits(ledger).await;
        assert_eq!((wait, outcome.as_str()), (None, "failed"), "{given_up}");
        let kept = db.query_one("SELECT error FROM deliveries", &[]).await.unwrap();
        assert!(kept.get::<_, &str>("error").contains("broken on purpose"));
    }
}

#[tokio::test]
async fn replicas_share_what_is_due_and_apply_it_once() {
    let scene = Scene::opened().await;
    let (ledger, db) = (&scene.ledger, scene.ledger.db().await);
    let other = ledger.replica().await;
    db.batch_execute(BREAK).await.unwrap();
    for at in 2..40 {
        let hook = match at % 2 {
            0 => Hook::closed(&scene.repository, 7, at),
            _ => Hook::reopened(&scene.repository, 7, at),
        };
        hook.outcome(ledger).await;
    }
    db.batch_execute(MEND).await.unwrap();
    db.batch_execute(DUE).await.unwrap();
    let (one, two) = tokio::join!(replay::step(&ledger.app), replay::step(&other.app));
    one.unwrap();
    two.unwrap();
    const TRIED: &str = "SELECT count(*) AS n FROM deliveries WHERE attempts = 2 AND outcome IN ('applied', 'stale')";
    assert_eq!(db.query_one(TRIED, &[]).await.unwrap().get::<_, i64>("n"), 38);
    assert_eq!(scene.state().await, OPEN, "the last word is that of second 39");
}

/// A repository's hook and an App's tell of one event under one id, and both are kept.
#[tokio::test]
async fn an_app_and_a_repository_may_tell_of_one_event_under_one_id() {
    let scene = Scene::opened().await;
    let ours = Hook::closed(&scene.repository, 7, 2);
    let mut theirs = ours.clone().of_app(&Uuid::now_v7().to_string(), "acme/products-config");
    theirs.request.repository_id = scene.repository.clone();
    let theirs = theirs.with_body("the same, said by an App");
    assert_eq!(ours.outcome(&scene.ledger).await, DeliveryOutcome::Applied);
    assert_eq!(theirs.outcome(&scene.ledger).await, DeliveryOutcome::Applied);
    assert_eq!(theirs.repeated(&scene.ledger).await, DeliveryOutcome::Applied);
    assert_eq!(scene.since_opened().await, ["pull_request_closed"]);
}

#[tokio::test]
async fn what_is_old_is_forgotten_and_what_waits_is_not() {
    let ledger = Harness::start_with(|settings| {
        settings.delivery_retention = Duration::from_secs(60);
    })
    .await;
    let repository = ledger.registry.repository_of(&ledger.cluster);
    let db = ledger.db().await;
    let old = Hook::event(&repository, "push");
    let twin = old.again();
    let waits = Hook::merged(&repository, 7, 1);
    let app = Uuid::now_v7().to_string();
    let parked = Hook::merged("", 7, 1).of_app(&app, "acme/unknown");
    let unknown = Hook::merged(&repository, 8, 1);
    let young = Hook::event(&repository, "ping");
    for hook in [&old, &twin, &waits, &parked, &unknown, &young] {
        hook.deliver(&ledger).await.unwrap();
    }
    const WAITS: &str = "
        UPDATE deliveries
        SET outcome = 'failed', next_attempt_at = now() + interval '1 h'
        WHERE guid = $1";
    db.execute(WAITS, &[&waits.request.delivery_id]).await.unwrap();
    const YOUNG: &str = "UPDATE deliveries SET received_at = now() WHERE guid = ANY($1)";
    let fresh = [&twin, &unknown, &young].map(|hook| hook.request.delivery_id.clone()).to_vec();
    db.execute(YOUNG, &[&fresh]).await.unwrap();
    replay::step(&ledger.app).await.unwrap();
    let left = db.query("SELECT guid, duplicate_of FROM deliveries", &[]).await.unwrap();
    let mut left: Vec<_> = left.iter().map(|row| row.get::<_, String>("guid")).collect();
    let mut expected =
        [&twin, &waits, &unknown, &young].map(|hook| hook.request.delivery_id.clone());
    left.sort();
    expected.sort();
    assert_eq!(left, expected, "the twin of what is gone stands for itself");
    assert_eq!(twin.again().repeated(&ledger).await, DeliveryOutcome::Noop);
}
