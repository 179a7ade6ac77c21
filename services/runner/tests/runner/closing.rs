//! What nobody wants any more is closed, and its branch deleted unless somebody else needs it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends where it is")]

use pullwright_forge::{NewCommit, NewPull};
use pullwright_proto::job::{
    ClosePullRequestSpec, JobKind, PullRequestClosed, PullRequestRef,
    complete_job_request::Outcome, job::Spec,
};

use crate::questions::harness::{BRANCH, Ended, PROPOSAL, REPOSITORY, World};

/// The pull request of the one proposal.
async fn open(world: &World) -> PullRequestRef {
    match world.open().await {
        Ended::Done(done) => match done.outcome.unwrap() {
            Outcome::Opened(opened) => opened.pull_request.unwrap(),
            other => panic!("{other:?}"),
        },
        Ended::Failed(failed) => panic!("{failed:?}"),
    }
}

/// Opens another one from the same branch, into a branch of its own.
async fn another(world: &World, base: &str, body: &str) -> u64 {
    let change = NewCommit::file(base, "notes.md", "x\n", "begin");
    world.forge.push_commit(REPOSITORY, change).await.unwrap();
    let new = NewPull {
        title: "another".to_owned(),
        head: BRANCH.to_owned(),
        base: Some(base.to_owned()),
        body: Some(body.to_owned()),
        draft: false,
        actor: None,
    };
    world.forge.open_pull(REPOSITORY, new).await.unwrap().number
}

async fn close(world: &World, known: &PullRequestRef) -> PullRequestClosed {
    let opened = world.told.lock().unwrap().spec.clone();
    let spec = ClosePullRequestSpec {
        proposal_id: PROPOSAL.to_owned(),
        generation: 1,
        branch: BRANCH.to_owned(),
        target: opened.target,
        announced: opened.announced,
        pull_request: Some(known.clone()),
        reason: "rejected".to_owned(),
    };
    match world.work(JobKind::ClosePullRequest, Spec::ClosePullRequest(spec)).await {
        Ended::Done(done) => match done.outcome.unwrap() {
            Outcome::Closed(closed) => closed,
            other => panic!("{other:?}"),
        },
        Ended::Failed(failed) => panic!("{failed:?}"),
    }
}

async fn state(world: &World, number: u64) -> String {
    let pulls = world.forge.pulls(REPOSITORY).await.unwrap();
    let state = pulls.iter().find(|pull| pull.number == number).unwrap().state;
    format!("{state:?}").to_lowercase()
}

#[tokio::test]
async fn what_is_closed_loses_its_branch() {
    let world = World::start().await;
    let ours = open(&world).await;
    let closed = close(&world, &ours).await;
    assert!(closed.branch_deleted, "{}", closed.branch_kept_reason);
    assert_eq!(closed.pull_request.unwrap().number, ours.number);
    assert_eq!(state(&world, ours.number as u64).await, "closed");
    assert_eq!(world.forge.branch_tip(REPOSITORY, BRANCH).await.unwrap(), None);
}

/// Without its branch GitHub closes a pull request, whoever made it.
#[tokio::test]
async fn the_branch_stays_while_somebody_elses_pull_request_needs_it() {
    let world = World::start().await;
    let ours = open(&world).await;
    let theirs = another(&world, "develop", "what a person made of it").await;
    for _ in 0..2 {
        let closed = close(&world, &ours).await;
        assert!(!closed.branch_deleted);
        let reason = format!("pull request #{theirs}, which is not ours, needs it");
        assert_eq!(closed.branch_kept_reason, reason);
        assert_eq!(state(&world, ours.number as u64).await, "closed");
        assert_eq!(state(&world, theirs).await, "open");
        assert!(world.forge.branch_tip(REPOSITORY, BRANCH).await.unwrap().is_some());
    }
    world.forge.close(REPOSITORY, theirs).await.unwrap();
    assert!(close(&world, &ours).await.branch_deleted, "nobody needs it any more");
}
