//! Every error is what the caller can do about it.

use std::time::Duration;

use pullwright_pg::{PgError, Pool, Queries, Settings};
use pullwright_testkit::stores::{Postgres, StartOptions, fresh_database};
use tokio::time::Instant;

const SCHEMA: &str = "
    CREATE TABLE proposals (
        id    int PRIMARY KEY,
        name  text CONSTRAINT proposals_name_key UNIQUE,
        state text CONSTRAINT proposals_state_check CHECK (state IN ('pending', 'merged')),
        other int CONSTRAINT proposals_other_fkey REFERENCES proposals
    );
    INSERT INTO proposals VALUES (1, 'one', 'pending', NULL), (2, 'two', 'pending', NULL)";

async fn pool() -> Pool {
    let database = fresh_database("errors").await.unwrap();
    let pool = Pool::connect(&Settings::new(database.url, "test")).unwrap();
    pool.client().await.unwrap().batch_execute(SCHEMA).await.unwrap();
    pool
}

async fn refused(sql: &str) -> PgError {
    pool().await.client().await.unwrap().execute(sql, &[]).await.unwrap_err()
}

#[tokio::test]
async fn a_second_row_of_the_same_name_is_a_conflict_that_names_its_constraint() {
    let error = refused("INSERT INTO proposals VALUES (3, 'one', 'pending', NULL)").await;
    assert!(error.is_conflict_on("proposals_name_key"), "{error:?}");
    assert!(!error.is_conflict_on("proposals_pkey"));
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn a_value_outside_of_a_check_names_the_check() {
    let error = refused("UPDATE proposals SET state = 'lost'").await;
    assert!(
        matches!(&error, PgError::Check { constraint, .. } if constraint == "proposals_state_check"),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_reference_to_nothing_names_its_foreign_key() {
    let error = refused("UPDATE proposals SET other = 99").await;
    assert!(
        matches!(&error, PgError::ForeignKey { constraint, .. } if constraint == "proposals_other_fkey"),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_statement_of_ours_that_makes_no_sense_is_other() {
    let error = refused("SELECT nonsense").await;
    assert!(matches!(error, PgError::Other(_)), "{error:?}");
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn a_slow_statement_is_ended_by_the_server() {
    let database = fresh_database("slow").await.unwrap();
    let settings = Settings {
        statement_timeout: Duration::from_millis(100),
        ..Settings::new(database.url, "test")
    };
    let client = Pool::connect(&settings).unwrap().client().await.unwrap();
    let error = client.query("SELECT pg_sleep(30)", &[]).await.unwrap_err();
    assert!(matches!(error, PgError::Timeout(_)), "{error:?}");
    assert!(client.query("SELECT 1", &[]).await.is_ok(), "the connection is still good");
}

#[tokio::test]
async fn the_loser_of_a_deadlock_may_try_again() {
    let pool = pool().await;
    let (mut one, mut two) = (pool.client().await.unwrap(), pool.client().await.unwrap());
    let (one, two) = (one.begin().await.unwrap(), two.begin().await.unwrap());
    const LOCK: &str = "SELECT 1 FROM proposals WHERE id = $1 FOR UPDATE";
    one.query(LOCK, &[&1]).await.unwrap();
    two.query(LOCK, &[&2]).await.unwrap();
    let crossed = async {
        let waited = one.query(LOCK, &[&2]).await;
        one.rollback().await.unwrap();
        waited
    };
    let crossing = async {
        let waited = two.query(LOCK, &[&1]).await;
        two.rollback().await.unwrap();
        waited
    };
    let (one, two) = tokio::join!(crossed, crossing);
    let lost: Vec<PgError> = [one, two].into_iter().filter_map(Result::err).collect();
    assert_eq!(lost.len(), 1, "{lost:?}");
    assert!(matches!(lost[0], PgError::Serialization(_)) && lost[0].is_retryable(), "{lost:?}");
}

#[tokio::test]
async fn a_stopped_server_is_unavailable_and_a_restarted_one_serves_the_same_pool() {
    let postgres = Postgres::start(StartOptions::default()).await.unwrap();
    let settings = Settings {
        acquire_timeout: Duration::from_secs(2),
        ..Settings::new(postgres.url("postgres"), "test")
    };
    let pool = Pool::connect(&settings).unwrap();
    pool.ping().await.unwrap();
    let mut held = pool.client().await.unwrap();
    let transaction = held.begin().await.unwrap();
    transaction.execute("CREATE TABLE t ()", &[]).await.unwrap();

    postgres.stop().await.unwrap();
    let error = pool.ping().await.unwrap_err();
    assert!(matches!(error, PgError::Unavailable(_)) && error.is_retryable(), "{error:?}");
    let error = transaction.query("SELECT 1", &[]).await.unwrap_err();
    assert!(matches!(error, PgError::Unavailable(_)), "{error:?}");
    let error = transaction.commit().await.unwrap_err();
    assert!(matches!(error, PgError::CommitUnknown(_)) && !error.is_retryable(), "{error:?}");
    drop(held);

    postgres.restart().await.unwrap();
    pool.ping().await.unwrap();
}

#[tokio::test]
async fn nobody_there_is_unavailable_in_time() {
    let began = Instant::now();
    let url = format!("postgres://a:b@127.0.0.1:{}/c", pullwright_testkit::ports::free());
    let error = Pool::connect(&Settings::new(url, "test")).unwrap().ping().await.unwrap_err();
    assert!(matches!(error, PgError::Unavailable(_)), "{error:?}");
    assert!(began.elapsed() < Duration::from_secs(5));
}
