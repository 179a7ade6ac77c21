//! Servers start quickly, survive faults on request, and never outlive their user.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Command, Stdio},
    time::Duration,
};

use pullwright_testkit::{
    ports,
    stores::{Postgres, Redis, StartOptions},
    wait,
};
use tokio::{net::TcpStream, time::Instant};
use tokio_postgres::NoTls;

const SOON: Duration = Duration::from_secs(10);

/// Set for the child that [`servers_of_a_killed_process_end`] starts from this very binary.
const BE_KILLED: &str = "TESTKIT_BE_KILLED";

/// Whether a process is there; one that ended and was not collected does not count.
fn alive(pid: u32) -> bool {
    let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) else { return false };
    let state = stat.rsplit_once(") ").map(|(_, rest)| rest.as_bytes()[0]);
    state.is_some_and(|state| state != b'Z' && state != b'X')
}

/// The processes that have `folder` in their command line: a server, or its guard.
fn processes_of(folder: &str) -> Vec<u32> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid| {
        let words = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&words).contains(folder)
    })
    .collect()
}

/// The folder of a server, which is also its working directory or above it.
fn folder_of(pid: u32) -> String {
    let cwd: PathBuf = fs::read_link(format!("/proc/{pid}/cwd")).unwrap();
    let folder = cwd
        .ancestors()
        .find(|dir| dir.file_name().is_some_and(|name| name.to_string_lossy().starts_with("pw-")));
    folder.expect("a server works in its folder").to_str().unwrap().to_owned()
}

async fn answers(url: &str) -> bool {
    let Ok((client, connection)) = tokio_postgres::connect(url, NoTls).await else { return false };
    tokio::spawn(connection);
    client.query_one("SELECT 1", &[]).await.is_ok()
}

#[tokio::test]
async fn both_servers_are_up_within_seconds() {
    let began = Instant::now();
    let (postgres, redis) = tokio::join!(
        Postgres::start(StartOptions::default()),
        Redis::start(StartOptions::default()),
    );
    let (postgres, redis) = (postgres.unwrap(), redis.unwrap());
    let took = began.elapsed();
    assert!(answers(&postgres.url("postgres")).await);
    assert!(alive(redis.pid()));
    // Below one second on an idle machine; other tests may be running beside this one.
    assert!(took < SOON, "{took:?}");
    eprintln!("both up after {took:?}");
}

#[tokio::test]
async fn a_dropped_server_leaves_neither_process_nor_folder() {
    let postgres = Postgres::start(StartOptions::default()).await.unwrap();
    let redis = Redis::start(StartOptions::default()).await.unwrap();
    // A client that stays connected must not keep the server alive.
    let (_client, connection) =
        tokio_postgres::connect(&postgres.url("postgres"), NoTls).await.unwrap();
    tokio::spawn(connection);
    let folders = [folder_of(postgres.pid()), folder_of(redis.pid())];
    let pids = [postgres.pid(), redis.pid()];

    drop((postgres, redis));
    for (pid, folder) in pids.into_iter().zip(&folders) {
        assert!(!alive(pid));
        assert_eq!(processes_of(folder), [0; 0]);
        assert!(!fs::exists(folder).unwrap(), "{folder}");
    }
}

/// The other half of [`servers_of_a_killed_process_end`]; does nothing when run by itself.
#[tokio::test]
async fn to_be_killed() {
    if std::env::var_os(BE_KILLED).is_none() {
        return;
    }
    let postgres = Postgres::start(StartOptions::default()).await.unwrap();
    let redis = Redis::start(StartOptions::default()).await.unwrap();
    println!("pids {} {}", postgres.pid(), redis.pid());
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn servers_of_a_killed_process_end() {
    #[expect(clippy::disallowed_methods, reason = "the process that is killed is this test itself")]
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "lifetime::to_be_killed", "--nocapture", "--test-threads=1"])
        .env(BE_KILLED, "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let line = lines
        .filter_map(|line| line.split_once("pids ").map(|(_, pids)| pids.to_owned()))
        .next()
        .expect("the child says the process ids");
    let pids: Vec<u32> = line.split(' ').map(|pid| pid.parse().unwrap()).collect();
    let folders: Vec<String> = pids.iter().map(|&pid| folder_of(pid)).collect();
    assert!(pids.iter().all(|&pid| alive(pid)));

    child.kill().unwrap();
    child.wait().unwrap();
    for folder in &folders {
        let gone = || async { !fs::exists(folder).unwrap() && processes_of(folder).is_empty() };
        wait::until("the servers of the killed process are gone", SOON, gone).await.unwrap();
    }
    assert!(!pids.iter().any(|&pid| alive(pid)));
}

#[tokio::test]
async fn a_killed_postgres_comes_back_on_its_port_with_its_data() {
    let postgres =
        Postgres::start(StartOptions { durable: true, ..Default::default() }).await.unwrap();
    postgres.create_database("kept").await.unwrap();
    let (url, pid) = (postgres.url("kept"), postgres.pid());

    postgres.kill9().await.unwrap();
    assert!(!alive(pid));
    assert!(!answers(&url).await);

    postgres.restart().await.unwrap();
    assert!(answers(&url).await);
    assert_ne!(postgres.pid(), pid);
}

#[tokio::test]
async fn a_stopped_redis_comes_back_on_its_port() {
    let redis = Redis::start(StartOptions::default()).await.unwrap();
    let reachable = async || TcpStream::connect(("127.0.0.1", redis.port())).await.is_ok();
    assert!(reachable().await);
    redis.stop().await.unwrap();
    assert!(!reachable().await);
    redis.restart().await.unwrap();
    assert!(reachable().await);
    redis.kill9().await.unwrap();
    assert!(!reachable().await);
}

#[tokio::test]
async fn a_frozen_redis_still_ends_when_dropped() {
    let redis = Redis::start(StartOptions::default()).await.unwrap();
    let pid = redis.pid();
    redis.freeze().await.unwrap();
    drop(redis);
    assert!(!alive(pid));
}

#[tokio::test]
async fn a_server_that_ends_at_once_is_reported_with_its_log() {
    let settings = vec![("shared_buffers".to_owned(), "none".to_owned())];
    let refused = Postgres::start(StartOptions { settings, ..Default::default() }).await;
    let message = refused.unwrap_err().to_string();
    assert!(message.contains("shared_buffers"), "{message}");
}

#[tokio::test]
async fn a_given_port_is_used_and_a_taken_one_refused() {
    let port = ports::free();
    let redis = Redis::start(StartOptions::on_port(port)).await.unwrap();
    assert_eq!(redis.port(), port);
    let refused = Redis::start(StartOptions::on_port(port)).await.unwrap_err();
    assert!(refused.to_string().contains("Address already in use"), "{refused}");
}
