//! Deliveries as people see them: listed, shown without credentials, and applied again.

use pullwright_pg::Queries as _;
use pullwright_proposal::store::deliveries::{counts, fold};
use pullwright_proto::{
    delivery::{
        self as v1, BodyEncoding, DeliveryOutcome, delivery_service_client::DeliveryServiceClient,
    },
    error::ErrorReason,
};
use pullwright_rpc::{Refusal, Role};
use uuid::Uuid;

use crate::{
    harness::{Harness, answer, fields, reason},
    hook::Hook,
    runner::second,
    scene::{CLOSED, OPEN, Scene},
};

async fn list(
    ledger: &Harness,
    filter: &str,
    page_size: i32,
) -> Result<v1::ListDeliveriesResponse, Refusal> {
    let request = v1::ListDeliveriesRequest {
        page_size,
        filter: filter.to_owned(),
        ..v1::ListDeliveriesRequest::default()
    };
    answer(ledger.deliveries().list_deliveries(request).await)
}

async fn get(ledger: &Harness, id: &str) -> Result<v1::Delivery, Refusal> {
    let request = v1::GetDeliveryRequest { id: id.to_owned() };
    answer(ledger.deliveries().get_delivery(request).await).map(|answer| answer.delivery.unwrap())
}

async fn replay(ledger: &Harness, id: &str, request_id: &str) -> Result<v1::Delivery, Refusal> {
    let mut operator = DeliveryServiceClient::new(ledger.connection(Role::Operator));
    let request =
        v1::ReplayDeliveryRequest { id: id.to_owned(), request_id: request_id.to_owned() };
    answer(operator.replay_delivery(request).await).map(|answer| answer.delivery.unwrap())
}

/// The id of the row with the delivery's id.
async fn row(ledger: &Harness, hook: &Hook) -> String {
    let filter = format!("delivery_id = \"{}\"", hook.request.delivery_id);
    list(ledger, &filter, 1).await.unwrap().deliveries[0].id.clone()
}

#[tokio::test]
async fn deliveries_are_listed_the_newest_first_with_exact_totals() {
    let scene = Scene::opened().await;
    let ledger = &scene.ledger;
    let at = |mut hook: Hook, seconds: i64| {
        hook.request.received_at = Some(second(seconds));
        hook
    };
    let hooks = [
        at(Hook::event(&scene.repository, "push"), 1),
        at(Hook::closed(&scene.repository, 7, 2), 2),
        at(Hook::reopened(&scene.repository, 7, 1), 3),
        at(Hook::merged(&scene.repository, 8, 2), 3),
        at(Hook::event(&scene.repository, "ping"), 5),
        at(Hook::merged("", 9, 2).of_app(&Uuid::now_v7().to_string(), "acme/other"), 6),
    ];
    for hook in &hooks {
        hook.deliver(ledger).await.unwrap();
    }
    let db = ledger.db().await;
    for round in 0..2 {
        let all = list(ledger, "", 0).await.unwrap();
        let ids: Vec<_> = all.deliveries.iter().map(|one| one.delivery_id.as_str()).collect();
        let expected: Vec<_> =
            [5, 4, 3, 2, 1, 0].map(|n: usize| hooks[n].request.delivery_id.as_str()).to_vec();
        assert_eq!((ids, all.total_size, all.has_more), (expected, 6, false));
        let since = second(3).seconds;
        let since = jiff::Timestamp::from_second(since).unwrap();
        for (filter, total) in [
            ("outcome = applied".to_owned(), 1),
            ("outcome = stale".to_owned(), 1),
            ("outcome = parked".to_owned(), 1),
            ("outcome = failed".to_owned(), 0),
            ("event = pull_request".to_owned(), 4),
            ("event = pull_request AND outcome = unknown_pr".to_owned(), 1),
            (format!("repository_id = \"{}\"", scene.repository), 5),
            (format!("repository_id = \"{}\"", Uuid::nil()), 0),
            (format!("proposal_id = \"{}\"", scene.id), 2),
            (format!("delivery_id = \"{}\"", hooks[0].request.delivery_id), 1),
            (format!("received_at >= \"{since}\""), 4),
            (format!("event = pull_request AND received_at >= \"{since}\""), 3),
        ] {
            let page = list(ledger, &filter, 1).await.unwrap();
            assert_eq!(page.total_size, total, "{filter} in round {round}");
            assert_eq!(page.deliveries.len(), usize::from(total > 0), "{filter}");
            assert_eq!(page.has_more, total > 1, "{filter}");
        }
        // Once as changes, once folded.
        db.batch_execute("SELECT fold_delivery_totals()").await.unwrap();
    }
    assert_eq!(fields(list(ledger, "outcome = lost", 0).await), ["filter.outcome"]);
    assert_eq!(fields(list(ledger, "body = x", 0).await), ["filter"]);

    let ages = counts(&db).await.unwrap();
    let told: Vec<_> =
        ages.iter().map(|age| (age.outcome.as_str(), age.rows, age.oldest.is_some())).collect();
    let expected = [
        ("applied", 1, false),
        ("noop", 1, false),
        ("parked", 1, true),
        ("ping", 1, false),
        ("stale", 1, false),
        ("unknown_pr", 1, false),
    ];
    assert_eq!(told, expected);
    fold(&db).await.unwrap();
}

#[tokio::test]
async fn pages_of_deliveries_follow_one_another() {
    let ledger = Harness::start().await;
    let repository = ledger.registry.repository_of(&ledger.cluster);
    for n in 0..7 {
        let mut hook = Hook::event(&repository, "push").with_body(&n.to_string());
        hook.request.received_at = Some(second(n / 2));
        hook.deliver(&ledger).await.unwrap();
    }
    for order_by in ["", "received_at asc"] {
        let (mut seen, mut token) = (Vec::new(), String::new());
        loop {
            let request = v1::ListDeliveriesRequest {
                page_size: 3,
                page_token: token,
                order_by: order_by.to_owned(),
                ..v1::ListDeliveriesRequest::default()
            };
            let page = answer(ledger.deliveries().list_deliveries(request).await).unwrap();
            assert_eq!(page.total_size, 7);
            seen.extend(page.deliveries.into_iter().map(|one| one.received_at.unwrap().seconds));
            token = page.next_page_token;
            if token.is_empty() {
                break;
            }
        }
        let mut expected: Vec<_> = (0..7).map(|n| second(n / 2).seconds).collect();
        if order_by.is_empty() {
            expected.reverse();
        }
        assert_eq!(seen, expected);
    }
}

#[tokio::test]
async fn a_delivery_is_shown_whole_and_without_credentials() {
    let scene = Scene::opened().await;
    let ledger = &scene.ledger;
    let token = format!("gh{}_{}", "p", "A".repeat(36));
    let body = format!(r#"{{"action": "closed", "note": "{token}"}}"#);
    let mut hook = Hook::closed(&scene.repository, 7, 2).with_body(&body);
    hook.request.headers.insert("x-github-note".to_owned(), format!("token {token}"));
    hook.request.action = "closed".to_owned();
    hook.request.body_size = i64::try_from(body.len()).unwrap();
    hook.request.body_encoding = BodyEncoding::Zstd.into();
    hook.request.body_gzip = zstd::stream::encode_all(body.as_bytes(), 1).unwrap().into();
    hook.deliver(ledger).await.unwrap();
    let shown = get(ledger, &row(ledger, &hook).await).await.unwrap();
    assert!(!format!("{shown:?}").contains(&token), "{shown:?}");
    assert!(shown.body.starts_with(r#"{"action": "closed", "note": ""#), "{}", shown.body);
    assert!(shown.headers["x-github-note"].starts_with("token "));
    assert_eq!(
        (shown.action.as_str(), shown.body_size, shown.body_truncated, shown.attempts),
        ("closed", i64::try_from(body.len()).unwrap(), false, 1)
    );
    assert_eq!((shown.outcome(), &shown.proposal_id), (DeliveryOutcome::Applied, &scene.id));
    assert_eq!(shown.hook(), v1::HookKind::Repository);

    let listed = list(ledger, "", 0).await.unwrap().deliveries.remove(0);
    assert!(listed.body.is_empty() && listed.headers.is_empty(), "lists show neither");
    let nobody = get(ledger, &Uuid::now_v7().to_string()).await;
    assert_eq!(reason(nobody), ErrorReason::DeliveryNotFound);
    assert_eq!(fields(get(ledger, "7").await), ["id"]);
}

#[tokio::test]
async fn a_long_body_is_cut_and_an_old_one_is_read() {
    let ledger = Harness::start().await;
    let repository = ledger.registry.repository_of(&ledger.cluster);
    let hook = Hook::event(&repository, "push").with_body(&"x".repeat(400 * 1024));
    hook.deliver(&ledger).await.unwrap();
    let shown = get(&ledger, &row(&ledger, &hook).await).await.unwrap();
    assert_eq!((shown.body.len(), shown.body_truncated), (256 * 1024, true));
    let short = Hook::event(&repository, "push").with_body("{}");
    short.deliver(&ledger).await.unwrap();
    let shown = get(&ledger, &row(&ledger, &short).await).await.unwrap();
    assert_eq!((shown.body.as_str(), shown.body_truncated), ("{}", false));

    // What cannot be unpacked is said to be so.
    let mut bad = Hook::event(&repository, "push").with_body("bad");
    bad.request.body_gzip = b"no gzip".to_vec().into();
    bad.deliver(&ledger).await.unwrap();
    let refused = get(&ledger, &row(&ledger, &bad).await).await;
    assert_eq!(reason(refused), ErrorReason::InternalError);
}

/// §22.4: replays are harmless, also those that are asked for.
#[tokio::test]
async fn a_replay_goes_by_the_rules_that_hold_now_and_is_done_once() {
    let scene = Scene::opened().await;
    let (ledger, db) = (&scene.ledger, scene.ledger.db().await);
    db.batch_execute(
        "CREATE FUNCTION break() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken on purpose'; END $$;
         CREATE TRIGGER broken BEFORE UPDATE ON proposals FOR EACH ROW EXECUTE FUNCTION break();",
    )
    .await
    .unwrap();
    let closed = Hook::closed(&scene.repository, 7, 2);
    assert_eq!(closed.outcome(ledger).await, DeliveryOutcome::Failed);
    let id = row(ledger, &closed).await;
    let still = replay(ledger, &id, "").await.unwrap();
    assert_eq!((still.outcome(), still.attempts), (DeliveryOutcome::Failed, 2));
    assert!(still.next_attempt_at.is_some() && still.error.contains("broken on purpose"));
    db.batch_execute("DROP TRIGGER broken ON proposals").await.unwrap();

    let applied = replay(ledger, &id, "once").await.unwrap();
    assert_eq!((applied.outcome(), applied.attempts), (DeliveryOutcome::Applied, 3));
    assert_eq!(applied.proposal_id, scene.id);
    assert_eq!(scene.state().await, CLOSED);
    assert_eq!(scene.since_opened().await, ["pull_request_closed", "delivery_replayed"]);
    let event = ledger.events(&scene.id).await.pop().unwrap();
    assert_eq!(event.actor, "operator", "who asked for it");

    assert_eq!(replay(ledger, &id, "once").await.unwrap(), applied, "the first answer");
    Hook::reopened(&scene.repository, 7, 3).outcome(ledger).await;
    let again = replay(ledger, &id, "twice").await.unwrap();
    assert_eq!(again.outcome(), DeliveryOutcome::Applied);
    assert_eq!(scene.state().await, OPEN, "what is applied changes nothing");

    let late = Hook::closed(&scene.repository, 7, 1).with_body("late");
    assert_eq!(late.outcome(ledger).await, DeliveryOutcome::Stale);
    let id = row(ledger, &late).await;
    assert_eq!(replay(ledger, &id, "").await.unwrap().outcome(), DeliveryOutcome::Stale);
    assert_eq!(scene.state().await, OPEN);
    let nobody = replay(ledger, &Uuid::now_v7().to_string(), "").await;
    assert_eq!(reason(nobody), ErrorReason::DeliveryNotFound);
    let other = replay(ledger, &id, "once").await;
    assert_eq!(reason(other), ErrorReason::IdempotencyKeyReused);
}
