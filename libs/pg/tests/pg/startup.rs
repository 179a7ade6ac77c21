//! A start waits for a server that is not up yet, and for nothing else.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use pullwright_pg::{PgError, Settings, wait_until_up};
use pullwright_testkit::stores::{Postgres, StartOptions, fresh_database, shared_postgres};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    time::Instant,
};

fn settings(url: String, startup_wait: Duration) -> Settings {
    Settings { startup_wait, ..Settings::new(url, "test") }
}

/// What a server says to a new connection while it recovers (protocol 3.0, `ErrorResponse`).
fn refusal(code: &str) -> Vec<u8> {
    let fields = format!("SFATAL\0VFATAL\0C{code}\0Mnot now\0\0");
    let length = u32::try_from(fields.len() + 4).unwrap();
    [b"E".as_slice(), &length.to_be_bytes(), fields.as_bytes()].concat()
}

/// Refuses the first connections with a code and passes later ones on; answers its port and how many there were.
async fn refusing(first: usize, code: &'static str, port: u16) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (own, seen) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
    let counted = seen.clone();
    tokio::spawn(async move {
        loop {
            let (mut client, _) = listener.accept().await.unwrap();
            if counted.fetch_add(1, Relaxed) < first {
                let mut asked = [0; 1024];
                let _startup = client.read(&mut asked).await.unwrap();
                client.write_all(&refusal(code)).await.unwrap();
            } else {
                let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                tokio::spawn(async move { copy_bidirectional(&mut client, &mut server).await });
            }
        }
    });
    (own, seen)
}

/// A fresh database behind a server that refuses the first connections.
async fn behind_refusals(first: usize, code: &'static str) -> (String, Arc<AtomicUsize>) {
    let url = fresh_database("startup").await.unwrap().url;
    let server = shared_postgres().await.unwrap().port();
    let (port, seen) = refusing(first, code, server).await;
    (url.replace(&format!(":{server}/"), &format!(":{port}/")), seen)
}

#[tokio::test]
async fn a_server_that_is_starting_up_is_waited_for() {
    let (url, seen) = behind_refusals(3, "57P03").await;
    wait_until_up(&settings(url, Duration::from_secs(60))).await.unwrap();
    assert_eq!(seen.load(Relaxed), 4);
}

#[tokio::test]
async fn a_server_that_is_away_is_waited_for_until_it_is_back() {
    let postgres = Postgres::start(StartOptions::default()).await.unwrap();
    postgres.kill9().await.unwrap();
    let settings = settings(postgres.url("postgres"), Duration::from_secs(60));
    let (waited, restarted) = tokio::join!(wait_until_up(&settings), postgres.restart());
    restarted.unwrap();
    waited.unwrap();
}

#[tokio::test]
async fn waiting_ends_when_its_time_is_over() {
    let (url, _) = behind_refusals(usize::MAX, "57P03").await;
    let began = Instant::now();
    let refused = wait_until_up(&settings(url.clone(), Duration::from_millis(300))).await;
    assert!(matches!(refused, Err(PgError::Unavailable(_))), "{refused:?}");
    assert!(began.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn without_a_wait_there_is_one_try() {
    let (url, seen) = behind_refusals(usize::MAX, "57P03").await;
    wait_until_up(&settings(url, Duration::ZERO)).await.unwrap_err();
    assert_eq!(seen.load(Relaxed), 1);
}

#[tokio::test]
async fn what_time_does_not_mend_is_refused_at_once() {
    for code in ["28P01", "28000", "3D000"] {
        let (url, seen) = behind_refusals(usize::MAX, code).await;
        let refused = wait_until_up(&settings(url, Duration::from_secs(60))).await;
        assert!(matches!(refused, Err(PgError::Other(_))), "{code}: {refused:?}");
        assert_eq!(seen.load(Relaxed), 1, "{code}");
    }
}

#[tokio::test]
async fn a_wrong_password_of_a_real_server_is_refused_at_once() {
    let port = shared_postgres().await.unwrap().port();
    let url = format!("postgres://pullwright:wrong@127.0.0.1:{port}/postgres");
    let refused = wait_until_up(&settings(url, Duration::from_secs(60))).await;
    assert!(matches!(refused, Err(PgError::Other(_))), "{refused:?}");
}
