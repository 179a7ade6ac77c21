//! What lies between two effects: a crash, a database that is away, a click too early.

use pullwright_forge::{FaultKind, NewCommit};
use pullwright_harness::{Service, Stack, WireOptions};
use pullwright_testkit::wait;

use super::{boost, scratch, wired_on};
use crate::{
    crashes,
    system::{self, PATIENCE, System},
};

#[tokio::test]
async fn a_persons_commit_on_our_branch_after_a_crash_is_kept() {
    let failpoint = scratch("persons-commit-failpoint").join("armed");
    let options = crashes::hasty("persons-commit");
    let armed = failpoint.to_str().unwrap();
    let options = options.with(Service::Runner, "RUNNER_FAILPOINT_FILE", armed);
    let mut stack = Stack::start(options).await.unwrap();
    let wired = stack.wire(WireOptions::new("persons-commit")).await.unwrap();
    std::fs::write(&failpoint, "create_pull_request before kill").unwrap();
    let (proposal, theirs) = {
        let system = System { stack: &stack, rest: stack.rest().unwrap(), wired: wired.clone() };
        let proposal = system.propose(boost(50)).await;
        system.open(&proposal).await;
        let runner = stack.process(Service::Runner).unwrap();
        let dead = || async { !runner.is_running() };
        wait::until("the runner dies between push and POST", PATIENCE, dead).await.unwrap();
        let branch = format!("pullwright/proposal-{proposal}");
        let commit = NewCommit::file(&branch, "NOTES.md", "why: see the study\n", "explain");
        let theirs = system.forge().push_commit(&wired.repository, commit).await.unwrap();
        (proposal, theirs)
    };
    stack.launch(Service::Runner).unwrap();

    let system = System { stack: &stack, rest: stack.rest().unwrap(), wired };
    system.until(&proposal, "pr_opened").await;
    let pull = system.has_exactly_one(&proposal, "adopted with a person's commit").await;
    assert_eq!(pull.head_sha, theirs);
    assert_eq!(system.file(&pull.head_ref, "NOTES.md").await, "why: see the study\n");
    assert!(system.file(&pull.head_ref, &system.wired.path).await.contains("\"boost\": 2.5,"));
    let opened = system.event(&proposal, "pull_request_opened").await;
    assert_eq!(opened["facts"]["adopted"], "true", "{opened}");
}

#[tokio::test]
async fn a_database_that_is_away_when_the_pull_request_is_created_hides_nothing() {
    let stack = Stack::start(crashes::hasty("database-away")).await.unwrap();
    let system = wired_on(&stack, WireOptions::new("database-away")).await;
    let fault = system.strike("pulls.create", FaultKind::Delay { ms: 500 }).await;
    let proposal = system.propose(boost(0)).await;
    system.open(&proposal).await;
    system.struck(fault).await;

    stack.postgres.stop().await.unwrap();
    let created = || async { !system.pulls().await.is_empty() };
    wait::until("GitHub has it and the ledger cannot know", PATIENCE, created).await.unwrap();
    stack.postgres.restart().await.unwrap();
    stack.wait_until_ready().await.unwrap();

    system.until(&proposal, "pr_opened").await;
    system.until_unlocked().await;
    system.has_exactly_one(&proposal, "after the database came back").await;
}

#[tokio::test]
async fn no_click_is_swallowed_however_often_the_same_error_came_before() {
    let system = system::wired(WireOptions::new("clicks")).await;
    let proposal = system.propose(boost(0)).await;
    let branch = format!("pullwright/proposal-{proposal}");
    let from = Some("main".to_owned());
    let foreign = NewCommit { from, ..NewCommit::file(&branch, "theirs.txt", "theirs", "theirs") };
    system.forge().push_commit(&system.wired.repository, foreign).await.unwrap();
    let mut errors = Vec::new();
    for click in 1..=2 {
        system.open(&proposal).await;
        system.until_events(&proposal, "open_failed", click).await;
        errors.push(system.until_failed(&proposal).await);
    }
    assert_eq!(errors[0], errors[1], "the same text is what swallowed the third click");

    system.forge().delete_branch(&system.wired.repository, &branch).await.unwrap();
    system.open(&proposal).await;

    system.until(&proposal, "pr_opened").await;
    system.has_exactly_one(&proposal, "at the third click").await;
}
