//! One server per process, something of its own for each test.

use std::{
    convert::Infallible,
    sync::atomic::{AtomicU32, Ordering},
};

use pullwright_testkit::stores::{
    Postgres, StartOptions, fresh_database, fresh_database_from, shared_postgres, shared_redis,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_postgres::{Client, NoTls};

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

#[tokio::test]
async fn two_clusters_run_side_by_side() {
    let (one, two) = tokio::join!(
        Postgres::start(StartOptions::default()),
        Postgres::start(StartOptions::default()),
    );
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_ne!(one.port(), two.port());
    one.create_database("only_here").await.unwrap();
    connect(&one.url("only_here")).await;
    assert!(tokio_postgres::connect(&two.url("only_here"), NoTls).await.is_err());
}

#[tokio::test]
async fn a_wrong_password_is_refused() {
    let postgres = shared_postgres().await.unwrap();
    let url = format!("postgres://pullwright:guess@127.0.0.1:{}/postgres", postgres.port());
    assert!(tokio_postgres::connect(&url, NoTls).await.is_err());
}

#[tokio::test]
async fn every_fresh_database_is_another_one_in_the_same_cluster() {
    let one = fresh_database("fresh").await.unwrap();
    let two = fresh_database("fresh").await.unwrap();
    assert_ne!(one.name, two.name);
    connect(&one.url).await.batch_execute("CREATE TABLE t ()").await.unwrap();
    connect(&two.url).await.batch_execute("CREATE TABLE t ()").await.unwrap();
}

#[tokio::test]
async fn a_template_is_migrated_once_and_copied_for_each() {
    static MIGRATIONS: AtomicU32 = AtomicU32::new(0);
    let fresh = || {
        fresh_database_from("ledger", async |url: String| {
            MIGRATIONS.fetch_add(1, Ordering::Relaxed);
            connect(&url).await.batch_execute("CREATE TABLE t (n int)").await.unwrap();
            Ok::<_, Infallible>(())
        })
    };
    let copies = tokio::join!(fresh(), fresh(), fresh());
    for copy in [copies.0, copies.1, copies.2] {
        let client = connect(&copy.unwrap().url).await;
        assert_eq!(client.execute("INSERT INTO t VALUES (1)", &[]).await.unwrap(), 1);
        let row = client.query_one("SELECT count(*) FROM t", &[]).await.unwrap();
        assert_eq!(row.get::<_, i64>(0), 1);
    }
    assert_eq!(MIGRATIONS.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_template_that_fails_is_reported_and_tried_again() {
    let failed = fresh_database_from("broken", async |_| Err("no such table")).await.unwrap_err();
    assert!(failed.to_string().contains("broken"), "{failed}");
    let works = fresh_database_from("broken", async |_| Ok::<_, Infallible>(())).await;
    assert!(works.is_ok());
}

#[tokio::test]
async fn every_redis_handle_has_a_database_of_its_own() {
    let one = shared_redis().await.unwrap();
    let two = shared_redis().await.unwrap();
    assert_ne!(one.db, two.db);
    assert!(one.url.ends_with(&format!("/{}", one.db)));
    assert_eq!(redis_says(&one.url, "SET k 1").await, "+OK");
    assert_eq!(redis_says(&two.url, "EXISTS k").await, ":0");
    assert_eq!(redis_says(&one.url, "EXISTS k").await, ":1");
}

/// What the server answers to one command, after logging in and selecting the database as the URL says.
async fn redis_says(url: &str, command: &str) -> String {
    let rest = url.strip_prefix("redis://:").unwrap();
    let (password, rest) = rest.split_once('@').unwrap();
    let (address, db) = rest.split_once('/').unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let talk = format!("AUTH {password}\r\nSELECT {db}\r\n{command}\r\nQUIT\r\n");
    stream.write_all(talk.as_bytes()).await.unwrap();
    let mut answers = String::new();
    stream.read_to_string(&mut answers).await.unwrap();
    answers.lines().nth(2).unwrap().to_owned()
}
