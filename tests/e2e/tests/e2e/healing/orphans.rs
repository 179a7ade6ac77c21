//! What was left on GitHub and nobody wants is closed and deleted, when it is ours, and nothing else.

use std::path::PathBuf;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use pullwright_forge::{NewCommit, PullState, world::NewPull};
use pullwright_testkit::wait;
use serde_json::json;

use super::{boosted, until_watched, wired};
use crate::system::{PATIENCE, System, logs};

/// A person's clone, from which a branch can come back.
struct Clone {
    folder: PathBuf,
    url: String,
    authorization: String,
}

impl Clone {
    fn new(system: &System<'_>) -> Self {
        let folder = logs("orphans-clone");
        std::fs::create_dir_all(&folder).unwrap();
        let credential = system.stack.secrets().join(&system.wired.auth_ref);
        let token = std::fs::read_to_string(credential).unwrap();
        let basic = BASE64_STANDARD.encode(format!("x-access-token:{}", token.trim()));
        let url = format!("{}/{}.git", system.stack.ports.forge_url(), system.wired.repository);
        Self { folder, url, authorization: format!("Authorization: Basic {basic}") }
    }

    #[expect(clippy::disallowed_methods, reason = "a person's git, with an environment from empty")]
    async fn git(&self, arguments: &[&str]) {
        let mut git = tokio::process::Command::new("git");
        git.args(arguments).current_dir(&self.folder).env_clear();
        git.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", "/nonexistent");
        git.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_TERMINAL_PROMPT", "0");
        git.env("GIT_CONFIG_COUNT", "1").env("GIT_CONFIG_KEY_0", "http.extraHeader");
        git.env("GIT_CONFIG_VALUE_0", &self.authorization);
        let ran = git.output().await.unwrap();
        assert!(ran.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ran.stderr));
    }

    async fn fetch(&self, branch: &str) {
        self.git(&["init", "--quiet", "--bare", "."]).await;
        self.git(&["fetch", "--quiet", &self.url, &format!("{branch}:refs/heads/kept")]).await;
    }

    async fn restore(&self, branch: &str) {
        self.git(&["push", "--quiet", &self.url, &format!("kept:refs/heads/{branch}")]).await;
    }
}

#[tokio::test]
async fn a_branch_of_ours_that_came_back_goes_again_and_what_only_looks_like_ours_stays() {
    let system = wired("orphans").await;
    let (proposal, pull) = system.opened(boosted()).await;
    let (forge, repository) = (system.stack.forge().unwrap(), &system.wired.repository);
    // Theirs: a branch and a pull request that are called as ours are.
    let theirs = NewCommit {
        from: Some("main".to_owned()),
        ..NewCommit::file("pullwright/proposal-theirs", "x.txt", "x", "x")
    };
    forge.push_commit(repository, theirs).await.unwrap();
    let new = NewPull {
        title: "x".to_owned(),
        head: "pullwright/proposal-theirs".to_owned(),
        ..NewPull::default()
    };
    let other = forge.open_pull(repository, new).await.unwrap();
    let clone = Clone::new(&system);
    clone.fetch(&pull.head_ref).await;
    let path = format!("/api/v1/proposals/{proposal}/reject");
    system.rest.post(&path, &json!({"reason": "no"})).await.unwrap().expect(200).unwrap();
    let gone =
        || async { anyhow::Ok(forge.branch_tip(repository, &pull.head_ref).await?.is_none()) };
    wait::until("the rejection deletes our branch", PATIENCE, gone).await.unwrap();

    clone.restore(&pull.head_ref).await;

    let found = || async { system.count(&proposal, "orphan_found").await >= 1 };
    if let Err(error) = wait::until("the sweep finds it", PATIENCE, found).await {
        panic!("{error}; events {:#?}", system.events(&proposal).await);
    }
    wait::until("our branch is deleted again", PATIENCE, gone).await.unwrap();
    let swept = super::watched(&system).await["swept_at"].clone();
    until_watched(&system, "it was swept again", |now| now["swept_at"] != swept).await;
    assert_eq!(system.count(&proposal, "orphan_found").await, 1);
    assert!(forge.branch_tip(repository, "pullwright/proposal-theirs").await.unwrap().is_some());
    assert_eq!(forge.pull(repository, other.number).await.unwrap().state, PullState::Open);
    assert_eq!(forge.pull(repository, pull.number).await.unwrap().state, PullState::Closed);
}
