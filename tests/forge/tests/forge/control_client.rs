//! The binary, driven through the control client.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use pullwright_forge::{
    ControlClient, Fault, FaultKind, FileContent, MergeRequest, NewCommit, NewHook, NewPull,
    NewRepository, NewToken, Permission,
};
use reqwest::StatusCode;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::support::{GitClient, REPOSITORY, Receiver, eventually, secret};

struct Process {
    child: Child,
    output: BufReader<tokio::process::ChildStdout>,
    ready: Value,
}

impl Process {
    #[expect(clippy::disallowed_methods, reason = "this test starts the forge's own binary")]
    async fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_pullwright-forge"))
            .args(["--web-url", "http://forge.test"])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).await.unwrap();
        Self { child, output, ready: serde_json::from_str(&line).unwrap() }
    }

    fn url(&self, name: &str) -> String {
        self.ready[name].as_str().unwrap().to_owned()
    }

    async fn end(mut self) -> (ExitStatus, String) {
        let mut log = String::new();
        self.output.read_to_string(&mut log).await.unwrap();
        let status = tokio::time::timeout(Duration::from_secs(10), self.child.wait())
            .await
            .unwrap()
            .unwrap();
        (status, log)
    }
}

#[tokio::test]
async fn another_process_does_all_that_the_library_does() {
    let process = Process::start().await;
    assert_eq!(process.ready["event"], "ready");
    assert_eq!(process.url("api_url"), format!("{}/api/v3", process.url("url")));
    let forge = ControlClient::new(process.url("control_url")).unwrap();
    forge.health().await.unwrap();
    let (token, hook_secret) = (secret(), secret());
    let new = NewRepository::new("acme", "search-config")
        .file("a.params.json", FileContent::bytes(b"{}\n"));
    let repository = forge.create_repository(new).await.unwrap();
    assert_eq!(repository.html_url, "http://forge.test/acme/search-config");
    forge.add_token(NewToken::new("bot", &token, "acme/*", Permission::Write)).await.unwrap();
    let receiver = Receiver::start(StatusCode::OK).await;
    let hook =
        forge.create_hook(REPOSITORY, NewHook::new(receiver.url(), &hook_secret)).await.unwrap();
    forge.ping_hook(REPOSITORY, hook.id).await.unwrap();

    let oid = forge
        .push_commit(REPOSITORY, NewCommit::file("a/b", "a.params.json", "{ }\n", "m"))
        .await
        .unwrap();
    assert_eq!(forge.branch_tip(REPOSITORY, "a/b").await.unwrap(), Some(oid.clone()));
    assert_eq!(forge.branch_tip(REPOSITORY, "nothing").await.unwrap(), None);
    assert_eq!(
        forge.read_file(REPOSITORY, "a/b", "a.params.json").await.unwrap().unwrap(),
        b"{ }\n"
    );
    assert_eq!(forge.read_file(REPOSITORY, "a/b", "nothing").await.unwrap(), None);
    assert!(forge.read_file("acme/nothing", "main", "a").await.is_err());
    assert_eq!(forge.log(REPOSITORY, "a/b", 1).await.unwrap()[0].oid, oid);
    assert_eq!(forge.branches(REPOSITORY).await.unwrap().len(), 2);
    forge.protect_branch(REPOSITORY, "a/b", true).await.unwrap();
    assert!(forge.repositories().await.unwrap()[0].protected.contains("a/b"));

    let new = NewPull { title: "t".to_owned(), head: "a/b".to_owned(), ..NewPull::default() };
    let pull = forge.open_pull(REPOSITORY, new).await.unwrap();
    assert_eq!(pull.html_url, "http://forge.test/acme/search-config/pull/1");
    assert!(forge.pull_diff(REPOSITORY, 1).await.unwrap().contains("+{ }"));
    forge.comment(REPOSITORY, 1, "well").await.unwrap();
    assert_eq!(forge.comments(REPOSITORY, 1).await.unwrap()[0].body, "well");
    forge.close(REPOSITORY, 1).await.unwrap();
    assert!(forge.merge_with(REPOSITORY, 1, MergeRequest::default()).await.is_err());
    forge.reopen(REPOSITORY, 1).await.unwrap();
    assert!(forge.merge(REPOSITORY, 1).await.unwrap().merged);
    assert!(forge.pull(REPOSITORY, 1).await.unwrap().merged);
    assert_eq!(forge.pulls(REPOSITORY).await.unwrap().len(), 1);
    assert!(forge.delete_branch(REPOSITORY, "a/b").await.unwrap());

    let received = receiver.wait_for(6).await;
    assert!(received.iter().all(|one| one.is_signed_with(&hook_secret)));
    let deliveries = eventually("settled deliveries", || async {
        let deliveries = forge.deliveries(REPOSITORY).await.unwrap();
        deliveries.iter().all(|delivery| delivery.is_done()).then_some(deliveries)
    })
    .await;
    forge.redeliver(REPOSITORY, deliveries[0].id).await.unwrap();
    forge.set_hook_active(REPOSITORY, hook.id, false).await.unwrap();
    forge.delete_hook(REPOSITORY, hook.id).await.unwrap();
    assert!(forge.hooks(REPOSITORY).await.unwrap().is_empty());

    forge.add_fault(Fault::on("git.*", FaultKind::DropBeforeEffect).times(1)).await.unwrap();
    let git = GitClient::new(&token);
    let remote = format!("{}/{REPOSITORY}.git", process.url("git_url"));
    git.fail("", &format!("ls-remote {remote}")).await;
    git.run("", &format!("ls-remote {remote}")).await;
    assert_eq!(forge.faults().await.unwrap()[0].struck, 1);
    forge.clear_faults().await.unwrap();
    assert!(
        forge
            .requests()
            .await
            .unwrap()
            .iter()
            .all(|request| request.authorization.as_deref() == Some("basic"))
    );
    assert!(forge.counters().await.unwrap()["git.info-refs.upload-pack"] >= 2);
    forge.clear_requests().await.unwrap();
    assert!(forge.revoke_token(&token).await.unwrap());
    git.fail("", &format!("ls-remote {remote}")).await;
    assert_eq!(forge.repositories().await.unwrap().len(), 1);

    forge.shutdown().await.unwrap();
    let (status, log) = process.end().await;
    assert!(status.success());
    assert!(log.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{log}");
    assert!(!log.contains(&token) && !log.contains(&hook_secret));
}

#[tokio::test]
async fn a_signal_ends_the_process_cleanly() {
    let process = Process::start().await;
    let id = process.child.id().unwrap().to_string();
    let killed = signal(&id).await;
    assert!(killed.success());
    assert!(process.end().await.0.success());
}

#[expect(
    clippy::disallowed_methods,
    reason = "sends a signal to the one process that this test started"
)]
async fn signal(id: &str) -> ExitStatus {
    Command::new("kill").args(["-TERM", id]).status().await.unwrap()
}
