//! The command-line client against the running system, as a person and as a script use it.

use std::{path::PathBuf, process::Stdio};

use pullwright_harness::{WireOptions, stack::find_binary};
use pullwright_rpc::Role;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::system::{self, PATIENCE, System};

/// What a command printed, and its exit code.
struct Ended {
    code: i32,
    out: String,
    err: String,
}

impl Ended {
    #[track_caller]
    fn with(self, code: i32) -> Self {
        assert_eq!(self.code, code, "out: {}\nerr: {}", self.out, self.err);
        self
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }
}

struct Client {
    variables: Vec<(String, String)>,
}

impl Client {
    async fn new() -> Self {
        let stack = system::stack().await;
        let ports = &stack.ports;
        let mut variables = vec![(
            "PULLWRIGHT_TOKEN_FILE".to_owned(),
            stack.service_token_file(Role::Operator).display().to_string(),
        )];
        for (name, port) in
            [("PROPOSAL", ports.proposal), ("REGISTRY", ports.registry), ("RUNNER", ports.runner)]
        {
            variables.push((format!("PULLWRIGHT_{name}_ADDR"), format!("127.0.0.1:{port}")));
        }
        Self { variables }
    }

    fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    #[expect(clippy::disallowed_methods, reason = "the client is what is tested")]
    fn command(&self, line: &[&str]) -> Command {
        let mut command = Command::new(find_binary("pullwright").unwrap());
        command.args(line).env_clear().envs(self.variables.iter().cloned()).kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    async fn run(&self, line: &[&str]) -> Ended {
        let output = self.command(line).output();
        let output = tokio::time::timeout(PATIENCE, output).await.expect("in time").unwrap();
        Ended {
            code: output.status.code().expect("an exit code"),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

async fn wired(name: &str) -> (System<'static>, Client) {
    (system::wired(WireOptions::new(name)).await, Client::new().await)
}

#[tokio::test]
async fn what_is_previewed_is_opened_followed_and_explained() {
    let (system, client) = wired("cli-way").await;
    let id = system.propose(json!({"boost": {"from": 1.0, "to": 2.5}})).await;

    let patch = client.run(&["proposals", "preview", &id, "--patch"]).await.with(0).out;
    assert!(patch.contains("-  \"boost\": 1.0,\n+  \"boost\": 2.5,\n"), "{patch}");
    let preview = client.run(&["proposals", "preview", &id, "-o", "json"]).await.with(0).json();
    assert_eq!(preview["patch"], patch);
    let (sha, base) =
        (preview["patch_sha256"].as_str().unwrap(), preview["base_oid"].as_str().unwrap());

    let watching = client.command(&["proposals", "watch", &id, "-o", "json"]).spawn().unwrap();
    let opened = client
        .run(&[
            "proposals",
            "open",
            &id,
            "--expected-patch-sha256",
            sha,
            "--expected-base-oid",
            base,
        ])
        .await
        .with(0);
    assert!(opened.out.starts_with("opened http"), "{}", opened.out);
    assert!(!opened.out.contains('\u{1b}'), "no colours where nobody looks: {:?}", opened.out);

    let got = client.run(&["proposals", "get", &id, "-o", "json"]).await.with(0).json();
    assert_eq!(got["status"], "PROPOSAL_STATUS_PR_OPENED");
    let listed = client
        .run(&["proposals", "list", "--status", "pr_opened", "--cluster", &system.wired.cluster_id])
        .await
        .with(0);
    assert!(listed.out.contains(&id), "{}", listed.out);
    let why = client.run(&["proposals", "why", &id]).await.with(0);
    assert!(why.out.contains("/pull/"), "{}", why.out);

    let pull = system.pull(got["pull_request_url"].as_str().unwrap()).await;
    system.stack.forge().unwrap().merge(&system.wired.repository, pull.number).await.unwrap();
    let watched = tokio::time::timeout(PATIENCE, watching.wait_with_output()).await;
    let watched = watched.expect("the watch ends after the merge").unwrap();
    assert_eq!(watched.status.code(), Some(0));
    let lines: Vec<Value> = String::from_utf8(watched.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(lines[0]["event"].is_null(), "first the proposal as it is");
    assert_eq!(lines.last().unwrap()["proposal"]["status"], "PROPOSAL_STATUS_PR_MERGED");
}

#[tokio::test]
async fn each_end_has_its_exit_code() {
    let (system, client) = wired("cli-codes").await;
    let nobody = uuid::Uuid::now_v7().to_string();
    client.run(&["proposals", "get", "not-an-id"]).await.with(2);
    client.run(&["proposals", "list", "--order-by", "colour"]).await.with(4);
    let unknown = client.run(&["proposals", "get", &nobody]).await.with(3);
    assert!(unknown.err.contains("PROPOSAL_NOT_FOUND"), "{}", unknown.err);

    let id = system.propose(json!({"unheard_of": {"from": 1, "to": 2}})).await;
    let failed = client.run(&["proposals", "open", &id]).await.with(1);
    assert!(failed.out.contains("PARAM_NOT_IN_TEMPLATE"), "{}", failed.out);
    client.run(&["proposals", "reject", &id, "--reason", "no such thing"]).await.with(0);
    let refused = client.run(&["proposals", "reject", &id]).await.with(4);
    assert!(refused.err.contains("INVALID_STATE_TRANSITION"), "{}", refused.err);

    let stranger = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("cli-no-token");
    std::fs::write(&stranger, "nobody's\n").unwrap();
    let stranger = stranger.display().to_string();
    client.run(&["--token-file", &stranger, "proposals", "list"]).await.with(5);
    let away = Client::new().await.set("PULLWRIGHT_PROPOSAL_ADDR", "127.0.0.1:9");
    let away = away.run(&["proposals", "list"]).await.with(6);
    assert!(away.err.contains("pullwright doctor"), "{}", away.err);
}

#[tokio::test]
async fn a_repository_is_added_checked_and_listed() {
    let (system, client) = wired("cli-repos").await;
    let options = WireOptions::new("cli-added");
    system.stack.make_repository(&options).await.unwrap();
    let url = format!("{}/acme/cli-added", system.stack.ports.forge_url());
    let line = ["repos", "add", "cli-added", &url, "--auth-ref", "cli-added-credential"];
    client.run(&line).await.with(0);
    let twice = client.run(&line).await.with(4);
    assert!(twice.err.contains("CONFIG_REPO_NAME_TAKEN"), "{}", twice.err);
    let listed = client.run(&["repos", "list", "--all"]).await.with(0);
    assert!(listed.out.contains(&url), "{}", listed.out);

    let open = client.run(&["repos", "check", "cli-repos"]).await.with(1);
    assert!(open.out.contains("FAIL  protection main"), "{}", open.out);
    let forge = system.stack.forge().unwrap();
    forge.protect_branch(&system.wired.repository, "main", true).await.unwrap();
    let fine = client.run(&["repos", "check", "cli-repos"]).await.with(0);
    assert!(fine.out.contains("pass  params_file"), "{}", fine.out);
    std::fs::write(system.stack.secrets().join("cli-added-credential"), "wrong\n").unwrap();
    let broken = client.run(&["repos", "check", "cli-added"]).await.with(1);
    assert!(broken.out.contains("FAIL") && broken.out.contains('→'), "{}", broken.out);
    client.run(&["repos", "check", "nobody"]).await.with(3);
}

#[tokio::test]
async fn a_lock_is_not_broken_by_accident() {
    let (system, client) = wired("cli-locks").await;
    client.run(&["locks", "list"]).await.with(0);
    let repo = &system.wired.config_repo_id;
    let asked = client.run(&["locks", "break", repo, "--reason", "stuck"]).await.with(2);
    assert!(asked.err.contains("--yes"), "{}", asked.err);
    let none = client.run(&["locks", "break", repo, "--reason", "stuck", "--yes"]).await.with(3);
    assert!(none.err.contains("LOCK_NOT_FOUND"), "{}", none.err);
}

#[tokio::test]
async fn the_doctor_says_what_is_well_and_what_is_not() {
    let client = Client::new().await;
    let well = client.run(&["doctor", "-o", "json"]).await.with(0).json();
    let outcomes: Vec<_> =
        well["findings"].as_array().unwrap().iter().map(|one| &one["outcome"]).collect();
    assert!(outcomes.iter().all(|outcome| *outcome != "fail"), "{well:#}");
    let ill = client.set("PULLWRIGHT_RUNNER_ADDR", "127.0.0.1:9");
    let ill = ill.run(&["--timeout", "2s", "doctor"]).await.with(1);
    assert!(ill.out.contains("fail  runner: 127.0.0.1:9"), "{}", ill.out);
}

#[tokio::test]
async fn waiting_ends_in_time_and_the_work_goes_on() {
    let (system, client) = wired("cli-patience").await;
    let id = system.propose(json!({"boost": {"from": 1.0, "to": 3.5}})).await;
    let impatient = client.run(&["proposals", "open", &id, "--wait", "1ms"]).await.with(6);
    assert!(impatient.err.contains("proposals why"), "{}", impatient.err);
    system.until(&id, "pr_opened").await;
}

#[tokio::test]
async fn every_shell_gets_its_completions() {
    let client = Client::new().await;
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = client.run(&["completions", shell]).await.with(0).out;
        assert!(script.contains("preview"), "{shell}");
    }
}

#[tokio::test]
async fn what_github_delivered_is_listed_shown_and_applied_again() {
    let (system, client) = wired("cli-deliveries").await;
    let (proposal, pull) = system.opened(json!({"boost": {"from": 1.0, "to": 2.5}})).await;
    system.stack.forge().unwrap().merge(&system.wired.repository, pull.number).await.unwrap();
    system.until(&proposal, "pr_merged").await;

    let which = ["--repo", "cli-deliveries", "--proposal-id", &proposal, "--outcome", "applied"];
    let line = [&["deliveries", "list", "--output", "json"], &which[..]].concat();
    let listed = client.run(&line).await.with(0).json();
    let kept = listed["deliveries"].as_array().unwrap();
    let closed = kept.iter().find(|one| one["action"] == "closed").expect("the merge");
    let id = closed["id"].as_str().unwrap();
    let shown = client.run(&["deliveries", "get", id]).await.with(0).out;
    assert!(shown.contains("pull_request closed") && shown.contains("\"merged\""), "{shown}");
    let again = client.run(&["deliveries", "replay", id, "--output", "json"]).await.with(0).json();
    assert_eq!((&again["id"], &again["outcome"]), (&json!(id), &closed["outcome"]));

    client.run(&["deliveries", "get", &uuid::Uuid::now_v7().to_string()]).await.with(3);
    client.run(&["deliveries", "list", "--outcome", "lost"]).await.with(2);
    client.run(&["deliveries", "list", "--repo", "nobody-called-it-so"]).await.with(3);
}

#[tokio::test]
async fn a_watched_repository_is_shown_and_its_secret_rotated_on_purpose_only() {
    let (system, client) = wired("cli-watched").await;
    let watched = || async {
        let shown = client.run(&["repos", "watched", "cli-watched"]).await.with(0).out;
        shown.contains(&system.wired.repository)
    };
    pullwright_testkit::wait::until("it is watched", PATIENCE, watched).await.unwrap();

    let asked = client.run(&["repos", "rotate", "cli-watched"]).await.with(2);
    assert!(asked.err.contains("--yes"), "{}", asked.err);
    let rotated = client.run(&["repos", "rotate", "cli-watched", "--yes"]).await.with(0).out;
    assert!(rotated.contains("rotated the webhook secret of cli-watched"), "{rotated}");
}
