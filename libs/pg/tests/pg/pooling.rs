//! The pool's limits, its transactions and its prepared statements.

use std::{num::NonZeroUsize, time::Duration};

use pullwright_pg::{IsolationLevel, PgError, Pool, Queries, Settings};
use pullwright_testkit::stores::{fresh_database, shared_postgres};
use tokio::{
    io::{AsyncReadExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    sync::watch,
};

async fn settings() -> Settings {
    Settings::new(fresh_database("pool").await.unwrap().url, "pullwright-test")
}

async fn count(queries: &impl Queries) -> i64 {
    queries.query_one("SELECT count(*) FROM t", &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn connections_carry_our_name_and_limits() {
    let client = Pool::connect(&settings().await).unwrap().client().await.unwrap();
    let show = async |name: &str| -> String {
        client.query_one("SELECT current_setting($1)", &[&name]).await.unwrap().get(0)
    };
    assert_eq!(show("application_name").await, "pullwright-test");
    assert_eq!(show("statement_timeout").await, "10s");
    assert_eq!(show("idle_in_transaction_session_timeout").await, "1min");
}

#[tokio::test]
async fn a_pool_in_use_makes_the_next_caller_wait_and_then_says_so() {
    let settings = Settings {
        pool_size: NonZeroUsize::MIN,
        acquire_timeout: Duration::from_millis(200),
        ..settings().await
    };
    let pool = Pool::connect(&settings).unwrap();
    let held = pool.client().await.unwrap();
    let error = pool.client().await.unwrap_err();
    assert!(matches!(error, PgError::Unavailable(_)), "{error:?}");
    drop(held);
    pool.client().await.unwrap();
    assert_eq!(pool.status().size, 1);
}

#[tokio::test]
async fn what_is_not_committed_is_undone_and_a_savepoint_alone() {
    let mut client = Pool::connect(&settings().await).unwrap().client().await.unwrap();
    client.batch_execute("CREATE TABLE t (n int)").await.unwrap();

    let transaction = client.begin().await.unwrap();
    transaction.execute("INSERT INTO t VALUES ($1)", &[&1]).await.unwrap();
    drop(transaction);
    assert_eq!(count(&client).await, 0);

    let mut transaction = client.begin_at(IsolationLevel::Serializable).await.unwrap();
    transaction.execute("INSERT INTO t VALUES ($1)", &[&1]).await.unwrap();
    let part = transaction.savepoint().await.unwrap();
    part.execute("INSERT INTO t VALUES ($1)", &[&2]).await.unwrap();
    part.rollback().await.unwrap();
    assert_eq!(count(&transaction).await, 1);
    transaction.commit().await.unwrap();
    assert_eq!(count(&client).await, 1);
}

#[tokio::test]
async fn a_statement_older_than_a_migration_works_at_the_second_try() {
    let client = Pool::connect(&settings().await).unwrap().client().await.unwrap();
    client.batch_execute("CREATE TABLE t (n int); INSERT INTO t VALUES (1)").await.unwrap();
    const ALL: &str = "SELECT * FROM t";
    client.query(ALL, &[]).await.unwrap();

    client.batch_execute("ALTER TABLE t ADD COLUMN m int").await.unwrap();
    let stale = client.query(ALL, &[]).await.unwrap_err();
    assert!(stale.is_retryable(), "{stale:?}");
    assert_eq!(client.query_one(ALL, &[]).await.unwrap().len(), 2);
}

/// A server that takes connections and says nothing.
#[tokio::test]
async fn a_silent_server_is_unavailable_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut sink = Vec::new();
        stream.read_to_end(&mut sink).await.unwrap();
    });
    let settings = Settings {
        acquire_timeout: Duration::from_millis(300),
        ..Settings::new(format!("postgres://a:b@127.0.0.1:{port}/c"), "test")
    };
    let error = Pool::connect(&settings).unwrap().ping().await.unwrap_err();
    assert!(matches!(error, PgError::Unavailable(_)), "{error:?}");
}

/// Passes connections on to `port` until told to be silent; later connections are passed on again.
async fn proxy(port: u16) -> (u16, watch::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let own = listener.local_addr().unwrap().port();
    let (silence, silenced) = watch::channel(());
    tokio::spawn(async move {
        loop {
            let (mut client, _) = listener.accept().await.unwrap();
            let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            let mut silenced = silenced.clone();
            silenced.mark_unchanged();
            tokio::spawn(async move {
                tokio::select! {
                    _ = copy_bidirectional(&mut client, &mut server) => {}
                    _ = silenced.changed() => std::future::pending().await,
                }
            });
        }
    });
    (own, silence)
}

#[tokio::test]
async fn a_connection_that_falls_silent_is_given_up_and_its_place_used_again() {
    let url = fresh_database("silent").await.unwrap().url;
    let server = shared_postgres().await.unwrap().port();
    let (port, silence) = proxy(server).await;
    let settings = Settings {
        pool_size: NonZeroUsize::MIN,
        statement_timeout: Duration::from_millis(100),
        ..Settings::new(url.replace(&server.to_string(), &port.to_string()), "test")
    };
    let pool = Pool::connect(&settings).unwrap();
    let client = pool.client().await.unwrap();
    client.query("SELECT 1", &[]).await.unwrap();

    silence.send(()).unwrap();
    let error = client.query("SELECT 1", &[]).await.unwrap_err();
    assert!(matches!(error, PgError::Unavailable(_)), "{error:?}");
    drop(client);
    pool.ping().await.unwrap();
}
