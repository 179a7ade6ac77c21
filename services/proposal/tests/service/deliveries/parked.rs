//! Deliveries about repositories that are not registered yet: kept, and applied once they are, whatever happens at the same time.

use pullwright_pg::Queries as _;
use pullwright_proposal::{rpc::replay, schedule::Schedule};
use pullwright_proto::delivery::DeliveryOutcome;
use uuid::Uuid;

use super::waiting::{BREAK, DUE, MEND};
use crate::{
    harness::{Harness, uuid},
    hook::Hook,
    scene::{CLOSED, MERGED, OPEN, Scene},
};

const NAME: &str = "acme/products-config";

/// Copies a repository as the registry would tell of it.
pub async fn register(ledger: &Harness, id: &str, github_id: i64) {
    const SQL: &str = "
        INSERT INTO repositories (id, host, owner, name, github_id, etag, has_webhook)
        VALUES ($1, 'https://github.com', 'acme', 'products-config', $2, '', false)
        ON CONFLICT (id) DO UPDATE SET github_id = excluded.github_id";
    ledger.db().await.execute(SQL, &[&uuid(id), &github_id]).await.unwrap();
}

fn app() -> String {
    Uuid::now_v7().to_string()
}

/// A parked delivery of an App is applied once its repository is registered, by name or by GitHub's id.
#[tokio::test]
async fn what_was_parked_is_applied_once_its_repository_is_registered() {
    let scene = Scene::opened().await;
    let ledger = &scene.ledger;
    let app = app();
    let closed = Hook::closed("", 7, 2).of_app(&app, "Acme/Products-Config");
    let twin = closed.again();
    assert_eq!(closed.outcome(ledger).await, DeliveryOutcome::Parked);
    assert_eq!(twin.repeated(ledger).await, DeliveryOutcome::Parked);
    let mut merged = Hook::merged("", 7, 3).of_app(&app, "acme/an-older-name");
    merged.request.repository_github_id = 4711;
    assert_eq!(merged.outcome(ledger).await, DeliveryOutcome::Parked);
    let mut other = Hook::merged("", 7, 4).of_app(&app, NAME);
    other.request.repository_github_id = 4712;
    assert_eq!(other.outcome(ledger).await, DeliveryOutcome::Parked, "another of the same name");
    let push = Hook::event("", "push").of_app(&app, NAME);
    assert_eq!(push.outcome(ledger).await, DeliveryOutcome::Noop, "nothing can ever come of it");
    let installed = Hook::event("", "installation").of_app(&app, "");
    assert_eq!(installed.outcome(ledger).await, DeliveryOutcome::Noop);
    assert_eq!(replay::unpark(&ledger.app).await.unwrap(), 0);
    replay::step(&ledger.app).await.unwrap();
    assert_eq!(scene.state().await, OPEN);

    register(ledger, &scene.repository, 0).await;
    let unparked = replay::unpark(&ledger.app).await.unwrap();
    assert_eq!(unparked, 2, "by name; an id that nobody can compare waits");
    replay::step(&ledger.app).await.unwrap();
    assert_eq!(scene.state().await, CLOSED);
    register(ledger, &scene.repository, 4711).await;
    assert_eq!(replay::unpark(&ledger.app).await.unwrap(), 1, "renamed");
    replay::step(&ledger.app).await.unwrap();
    assert_eq!(scene.state().await, MERGED);
    assert_eq!(closed.repeated(ledger).await, DeliveryOutcome::Applied);
    assert_eq!(twin.repeated(ledger).await, DeliveryOutcome::Applied, "as the first one");
    assert_eq!(merged.repeated(ledger).await, DeliveryOutcome::Applied);
    assert_eq!(other.deliver(ledger).await.unwrap().outcome(), DeliveryOutcome::Parked);
}

/// Whoever verified the signature may have asked the registry a moment too early.
#[tokio::test]
async fn a_delivery_of_an_app_finds_its_repository_that_was_registered_since() {
    let scene = Scene::opened().await;
    let ledger = &scene.ledger;
    register(ledger, &scene.repository, 4711).await;
    let closed = Hook::closed("", 7, 2).of_app(&app(), "ACME/products-config");
    assert_eq!(closed.outcome(ledger).await, DeliveryOutcome::Applied, "by its name");
    assert_eq!(scene.state().await, CLOSED);
    let mut other = Hook::merged("", 7, 3).of_app(&app(), NAME);
    other.request.repository_github_id = 4712;
    assert_eq!(other.outcome(ledger).await, DeliveryOutcome::Parked, "another of the same name");
    let mut elsewhere = Hook::merged("", 7, 3).of_app(&app(), NAME);
    elsewhere.request.host = "https://github.example.com".to_owned();
    assert_eq!(elsewhere.outcome(ledger).await, DeliveryOutcome::Parked, "another host's");
    let mut merged = Hook::merged("", 7, 4).of_app(&app(), "acme/an-older-name");
    merged.request.repository_github_id = 4711;
    const DELETE: &str = "UPDATE repositories SET deleted_at = now()";
    ledger.db().await.batch_execute(DELETE).await.unwrap();
    assert_eq!(merged.outcome(ledger).await, DeliveryOutcome::Parked, "it was deleted");
    const BACK: &str = "UPDATE repositories SET deleted_at = NULL";
    ledger.db().await.batch_execute(BACK).await.unwrap();
    let again = merged.deliver(ledger).await.unwrap();
    assert_eq!(again.outcome(), DeliveryOutcome::Applied, "sent once more, by GitHub's id");
    assert_eq!(scene.state().await, MERGED);
}

/// The delivery is stored by a transaction that began before the repository was copied and that ended after it was looked for what is
/// parked.
#[tokio::test]
async fn what_is_parked_while_its_repository_is_registered_is_applied_all_the_same() {
    let scene = Scene::opened().await;
    let ledger = &scene.ledger;
    let merged = Hook::merged("", 7, 2).of_app(&app(), "acme/nobody-knows");
    assert_eq!(merged.outcome(ledger).await, DeliveryOutcome::Parked);
    let mut schedule = Schedule::new(ledger.app.clone());
    schedule.step().await;
    assert_eq!(scene.state().await, OPEN);
    const LATE: &str = "
        UPDATE deliveries SET repository_full_name = 'acme/products-config';
        UPDATE turns SET next_at = now()";
    ledger.db().await.batch_execute(LATE).await.unwrap();
    schedule.step().await;
    assert_eq!(scene.state().await, MERGED, "although nothing of the registry changed");
}

/// A twin that is stored as parked while the first one is being applied.
#[tokio::test]
async fn a_twin_that_missed_the_end_of_the_first_one_is_applied_by_itself() {
    let scene = Scene::opened().await;
    let ledger = &scene.ledger;
    let closed = Hook::closed("", 7, 2).of_app(&app(), NAME);
    let twin = closed.again();
    closed.outcome(ledger).await;
    twin.repeated(ledger).await;
    const ENDED: &str = "UPDATE deliveries SET outcome = 'noop' WHERE duplicate_of IS NULL";
    ledger.db().await.batch_execute(ENDED).await.unwrap();
    register(ledger, &scene.repository, 0).await;
    assert_eq!(replay::unpark(&ledger.app).await.unwrap(), 1);
    replay::step(&ledger.app).await.unwrap();
    assert_eq!(twin.repeated(ledger).await, DeliveryOutcome::Applied);
}

#[tokio::test]
async fn many_are_unparked_a_bounded_number_at_a_time() {
    let scene = Scene::opened().await;
    let ledger = &scene.ledger;
    Hook::closed("", 7, 2).of_app(&app(), NAME).outcome(ledger).await;
    const MANY: &str = "
        INSERT INTO deliveries (id, hook, owner_id, host, repository_full_name, guid, event, action, headers, body, body_encoding, body_size,
                                body_sha256, pull_request, received_at, outcome, attempts)
        SELECT gen_random_uuid(), hook, owner_id, host, repository_full_name, guid || n, event, action, headers, body, body_encoding, body_size,
               sha256(n::text::bytea), pull_request, received_at, outcome, attempts
        FROM deliveries, generate_series(1, 1200) AS n";
    let db = ledger.db().await;
    db.batch_execute(MANY).await.unwrap();
    register(ledger, &scene.repository, 0).await;
    assert_eq!(replay::unpark(&ledger.app).await.unwrap(), 1201);
    const TRANSACTIONS: &str = "
        SELECT count(*) AS rows, bool_and(next_attempt_at IS NOT NULL) AS due
        FROM deliveries
        GROUP BY xmin::text
        ORDER BY rows DESC";
    let transactions = db.query(TRANSACTIONS, &[]).await.unwrap();
    let rows: Vec<i64> = transactions.iter().map(|row| row.get("rows")).collect();
    assert_eq!(rows, [500, 500, 201]);
    assert!(transactions.iter().all(|row| row.get("due")));
    assert_eq!(replay::unpark(&ledger.app).await.unwrap(), 0, "once");
}

/// How long it lay before its repository was registered is no reason to give it up.
#[tokio::test]
async fn what_was_parked_for_days_is_tried_as_often_as_what_has_just_come() {
    let scene = Scene::opened().await;
    let (ledger, db) = (&scene.ledger, scene.ledger.db().await);
    let closed = Hook::closed("", 7, 2).of_app(&app(), NAME);
    assert_eq!(closed.outcome(ledger).await, DeliveryOutcome::Parked);
    const LONG_AGO: &str = "UPDATE deliveries SET recorded_at = now() - interval '3 days'";
    db.batch_execute(LONG_AGO).await.unwrap();
    db.batch_execute(BREAK).await.unwrap();
    register(ledger, &scene.repository, 0).await;
    replay::unpark(&ledger.app).await.unwrap();
    replay::step(&ledger.app).await.unwrap();
    let sql = "SELECT outcome, next_attempt_at IS NOT NULL AS waits FROM deliveries";
    let row = db.query_one(sql, &[]).await.unwrap();
    assert_eq!((row.get::<_, &str>("outcome"), row.get::<_, bool>("waits")), ("failed", true));
    db.batch_execute(MEND).await.unwrap();
    db.batch_execute(DUE).await.unwrap();
    replay::step(&ledger.app).await.unwrap();
    assert_eq!(closed.repeated(ledger).await, DeliveryOutcome::Applied);
    assert_eq!(scene.state().await, CLOSED);
}
