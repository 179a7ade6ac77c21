//! A repeated call is answered as the first time, and done once.

use pullwright_pg::{
    Client, Pool, Queries as _, Settings, Transaction,
    idempotency::{Call, Claim, ClaimError, Keep, TABLE, claim},
};
use pullwright_testkit::stores::fresh_database;

const SCHEMA: &str = "CREATE TABLE proposals (name text)";

async fn pool() -> Pool {
    let database = fresh_database("idempotency").await.unwrap();
    let pool = Pool::connect(&Settings::new(database.url, "test")).unwrap();
    let client = pool.client().await.unwrap();
    client.batch_execute(TABLE).await.unwrap();
    client.batch_execute(SCHEMA).await.unwrap();
    pool
}

fn call<'a>(request_id: &'a str, content: &'a str) -> Call<'a> {
    Call { caller: "ingress", request_id, method: "Create", content: content.as_bytes() }
}

async fn new(tx: &Transaction<'_>, call: &Call<'_>) -> Keep {
    match claim(tx, call).await.unwrap() {
        Claim::New(keep) => keep,
        Claim::Answered(answer) => panic!("answered {answer:?}"),
    }
}

/// Does the work of a call, once, and answers its content in capitals.
async fn create(client: &mut Client, call: Call<'_>) -> Result<Vec<u8>, ClaimError> {
    let tx = client.begin().await?;
    let keep = match claim(&tx, &call).await? {
        Claim::Answered(answer) => return Ok(answer),
        Claim::New(keep) => keep,
    };
    let name = String::from_utf8(call.content.to_vec()).unwrap();
    tx.execute("INSERT INTO proposals VALUES ($1)", &[&name]).await?;
    let answer = name.to_uppercase().into_bytes();
    keep.keep(&tx, &answer).await?;
    tx.commit().await?;
    Ok(answer)
}

async fn count(client: &Client, table: &str) -> i64 {
    client.query_one(&format!("SELECT count(*) FROM {table}"), &[]).await.unwrap().get(0)
}

async fn age(client: &Client, by: &str) {
    let sql = format!("UPDATE idempotency_keys SET created_at = created_at - interval '{by}'");
    client.execute(&sql, &[]).await.unwrap();
}

#[tokio::test]
async fn a_repeated_call_gets_the_first_answer_and_is_done_once() {
    let mut client = pool().await.client().await.unwrap();
    for _ in 0..3 {
        assert_eq!(create(&mut client, call("k", "a")).await.unwrap(), b"A");
    }
    assert_eq!(count(&client, "proposals").await, 1);
    age(&client, "23 hours 59 minutes").await;
    assert_eq!(create(&mut client, call("k", "a")).await.unwrap(), b"A");
    assert_eq!(count(&client, "proposals").await, 1);
}

#[tokio::test]
async fn an_answer_may_be_empty() {
    let mut client = pool().await.client().await.unwrap();
    for _ in 0..2 {
        assert_eq!(create(&mut client, call("k", "")).await.unwrap(), b"");
    }
    assert_eq!(count(&client, "proposals").await, 1);
}

#[tokio::test]
async fn another_content_or_method_under_the_same_id_is_refused_and_does_nothing() {
    let mut client = pool().await.client().await.unwrap();
    create(&mut client, call("k", "a")).await.unwrap();
    let others = [call("k", "b"), Call { method: "Delete", ..call("k", "a") }];
    for other in others {
        let refused = create(&mut client, other).await.unwrap_err();
        assert!(matches!(refused, ClaimError::Reused), "{refused:?}");
    }
    assert_eq!(count(&client, "proposals").await, 1);
    assert_eq!(create(&mut client, call("k", "a")).await.unwrap(), b"A", "it is still answered");
}

#[tokio::test]
async fn callers_do_not_share_request_ids() {
    let mut client = pool().await.client().await.unwrap();
    create(&mut client, call("k", "a")).await.unwrap();
    let other = Call { caller: "client", ..call("k", "b") };
    assert_eq!(create(&mut client, other).await.unwrap(), b"B");
    assert_eq!(count(&client, "proposals").await, 2);
}

#[tokio::test]
async fn without_a_request_id_every_call_is_new_and_nothing_is_kept() {
    let mut client = pool().await.client().await.unwrap();
    for _ in 0..2 {
        create(&mut client, call("", "a")).await.unwrap();
    }
    assert_eq!(
        (count(&client, "proposals").await, count(&client, "idempotency_keys").await),
        (2, 0)
    );
}

#[tokio::test]
async fn a_call_whose_first_is_under_way_is_told_so_and_answered_after_it() {
    let pool = pool().await;
    let (mut first, mut second) = (pool.client().await.unwrap(), pool.client().await.unwrap());
    let tx = first.begin().await.unwrap();
    let keep = new(&tx, &call("k", "a")).await;
    for other in [call("k", "a"), call("k", "b")] {
        let refused = create(&mut second, other).await.unwrap_err();
        assert!(matches!(refused, ClaimError::InUse), "{refused:?}");
    }
    assert_eq!(create(&mut second, call("another", "b")).await.unwrap(), b"B");
    keep.keep(&tx, b"first").await.unwrap();
    let refused = create(&mut second, call("k", "a")).await.unwrap_err();
    assert!(matches!(refused, ClaimError::InUse), "kept is not yet committed: {refused:?}");
    tx.commit().await.unwrap();
    assert_eq!(create(&mut second, call("k", "a")).await.unwrap(), b"first");
}

#[tokio::test]
async fn what_is_rolled_back_was_never_asked() {
    let pool = pool().await;
    let mut client = pool.client().await.unwrap();
    let tx = client.begin().await.unwrap();
    new(&tx, &call("k", "a")).await.keep(&tx, b"lost").await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(count(&client, "idempotency_keys").await, 0);
    // Dropped in the middle, as when the caller hangs up: the connection undoes it before it serves again.
    let tx = client.begin().await.unwrap();
    let _keep = new(&tx, &call("k", "a")).await;
    drop(tx);
    assert_eq!(create(&mut client, call("k", "b")).await.unwrap(), b"B");
}

/// A call that is refused is answered before its connection has undone it.
#[tokio::test]
async fn a_call_whose_first_ends_in_a_moment_waits_for_that() {
    const WAITING: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'";
    let pool = pool().await;
    let (mut first, second) = (pool.client().await.unwrap(), pool.client().await.unwrap());
    let third = pool.client().await.unwrap();
    let tx = first.begin().await.unwrap();
    let _keep = new(&tx, &call("k", "a")).await;
    let mut waiting = tokio::spawn(async move {
        let mut second = second;
        create(&mut second, call("k", "b")).await
    });
    let is_waiting =
        async || third.query_one(WAITING, &[]).await.map(|row| row.get::<_, i64>(0) == 1);
    while !waiting.is_finished() && !is_waiting().await.unwrap() {}
    tx.rollback().await.unwrap();
    assert_eq!((&mut waiting).await.unwrap().unwrap(), b"B");
}

#[tokio::test]
async fn of_equal_calls_at_once_one_is_done_and_nobody_gets_another_answer() {
    let pool = pool().await;
    let calls = (0..12).map(|_| {
        let pool = pool.clone();
        tokio::spawn(async move { create(&mut pool.client().await.unwrap(), call("k", "a")).await })
    });
    let mut answered = 0;
    for one in calls.collect::<Vec<_>>() {
        match one.await.unwrap() {
            Ok(answer) => {
                assert_eq!(answer, b"A");
                answered += 1;
            }
            Err(refused) => assert!(matches!(refused, ClaimError::InUse), "{refused:?}"),
        }
    }
    assert!(answered >= 1);
    assert_eq!(count(&pool.client().await.unwrap(), "proposals").await, 1);
}

#[tokio::test]
async fn after_a_day_a_request_id_is_free_again() {
    let mut client = pool().await.client().await.unwrap();
    create(&mut client, call("k", "a")).await.unwrap();
    age(&client, "24 hours").await;
    assert_eq!(create(&mut client, call("k", "b")).await.unwrap(), b"B");
    assert_eq!(count(&client, "idempotency_keys").await, 1);
}

#[tokio::test]
async fn a_rolled_back_call_removes_no_expired_answer() {
    let pool = pool().await;
    let mut client = pool.client().await.unwrap();
    create(&mut client, call("k", "a")).await.unwrap();
    age(&client, "24 hours").await;
    let tx = client.begin().await.unwrap();
    let _keep = new(&tx, &call("k", "b")).await;
    tx.rollback().await.unwrap();
    assert_eq!(count(&client, "idempotency_keys").await, 1);
}

#[tokio::test]
async fn expired_answers_go_a_few_at_a_time_and_one_that_is_held_is_left_alone() {
    let pool = pool().await;
    let mut client = pool.client().await.unwrap();
    for n in 0..25 {
        create(&mut client, call(&format!("k{n}"), "a")).await.unwrap();
    }
    age(&client, "25 hours").await;
    let mut other = pool.client().await.unwrap();
    let holding = other.begin().await.unwrap();
    holding.query("SELECT 1 FROM idempotency_keys WHERE key = 'k3' FOR UPDATE", &[]).await.unwrap();
    for (key, left) in [("x", 16), ("y", 7), ("z", 4), ("w", 5)] {
        create(&mut client, call(key, "a")).await.unwrap();
        assert_eq!(count(&client, "idempotency_keys").await, left, "after {key}");
    }
    holding.rollback().await.unwrap();
    create(&mut client, call("v", "a")).await.unwrap();
    assert_eq!(count(&client, "idempotency_keys").await, 5);
}

#[tokio::test]
async fn two_whose_ids_have_expired_do_not_wait_for_each_other() {
    let pool = pool().await;
    let (mut one, mut two) = (pool.client().await.unwrap(), pool.client().await.unwrap());
    create(&mut one, call("a", "a")).await.unwrap();
    create(&mut one, call("b", "b")).await.unwrap();
    age(&one, "25 hours").await;
    let (first, second) = (one.begin().await.unwrap(), two.begin().await.unwrap());
    let (keep_a, keep_b) =
        (new(&first, &call("a", "new a")).await, new(&second, &call("b", "new b")).await);
    keep_a.keep(&first, b"A").await.unwrap();
    keep_b.keep(&second, b"B").await.unwrap();
    first.commit().await.unwrap();
    second.commit().await.unwrap();
    assert_eq!(count(&one, "idempotency_keys").await, 2);
}

#[tokio::test]
async fn an_id_that_is_too_long_or_holds_nul_is_malformed() {
    let mut client = pool().await.client().await.unwrap();
    assert!(create(&mut client, call(&"é".repeat(255), "a")).await.is_ok());
    for malformed in ["é".repeat(256), "\0".to_owned()] {
        let refused = create(&mut client, call(&malformed, "a")).await.unwrap_err();
        assert!(matches!(refused, ClaimError::Malformed), "{refused:?}");
    }
}
