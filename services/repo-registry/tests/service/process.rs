//! The program itself: its subcommand, its settings, its end.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::{Command, Output, Stdio},
    time::Duration,
};

use pullwright_testkit::{ports, stores, wait};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

#[expect(
    clippy::disallowed_methods,
    reason = "the program under test, with an environment built from empty"
)]
fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_pullwright-repo-registry"));
    program.env_clear().stdin(Stdio::null());
    program
}

fn text(output: &Output) -> (String, String) {
    (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

async fn database() -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("url");
    fs::write(&path, stores::fresh_database("registry_process").await.unwrap().url).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

#[tokio::test]
async fn migrate_needs_the_database_only_and_goes_both_ways() {
    let (_folder, url) = database().await;
    let migrate = |to: &[&str]| {
        program().arg("migrate").args(to).env("REGISTRY_DATABASE_URL_FILE", &url).output().unwrap()
    };
    let ran = [&[] as &[&str], &[], &["--to", "0"], &["--to", "1"]].map(migrate);
    let said = ran.each_ref().map(|output| text(output).0);
    assert_eq!(
        said,
        [
            "applied [1, 2, 3], reverted []\n",
            "applied [], reverted []\n",
            "applied [], reverted [3, 2, 1]\n",
            "applied [1], reverted []\n",
        ]
    );
    let unknown = migrate(&["--to", "99"]);
    assert!(!unknown.status.success() && text(&unknown).1.contains("99"), "{unknown:?}");
}

#[tokio::test]
async fn a_wrong_setting_is_one_line_that_names_it() {
    let (_folder, url) = database().await;
    let output = program().env("REGISTRY_DATABASE_URL_FILE", &url).output().unwrap();
    let (_, said) = text(&output);
    assert!(!output.status.success());
    assert!(
        said.starts_with("repo-registry: REGISTRY_CALLERS_FILE is not set")
            && said.lines().count() == 1,
        "{said}"
    );
}

#[tokio::test]
async fn it_serves_until_it_is_asked_to_stop() {
    let (folder, url) = database().await;
    let callers = folder.path().join("callers");
    fs::write(&callers, "").unwrap();
    let port = ports::free();
    let mut child = program()
        .env("REGISTRY_LISTEN", format!("127.0.0.1:{port}"))
        .env("REGISTRY_DATABASE_URL_FILE", &url)
        .env("REGISTRY_CALLERS_FILE", &callers)
        .env("REGISTRY_SECRETS_DIR", folder.path())
        .env("REGISTRY_SECRET_DIR", "a typo")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let reading = std::thread::spawn(move || lines.collect::<Vec<_>>());
    wait::until("it listens", Duration::from_secs(30), || async { !ports::is_free(port) })
        .await
        .unwrap();
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    let ended = wait::until("it ends", Duration::from_secs(15), || {
        let ended = child.try_wait();
        async move { ended }
    });
    assert!(ended.await.unwrap().success());
    let lines = reading.join().unwrap();
    assert!(lines.iter().all(|line| line.starts_with('{') && line.ends_with('}')), "{lines:#?}");
    for said in [
        "listening",
        "REGISTRY_SECRET_DIR is set, and nobody reads it",
        "stopping, asked by SIGTERM",
    ] {
        assert!(lines.iter().any(|line| line.contains(said)), "{said}: {lines:#?}");
    }
}
