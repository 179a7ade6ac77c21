//! Branches and pull requests of ours that nobody wants.

use pullwright_proto::job::{
    self as v1, JobKind::SweepOrphans, complete_job_request::Outcome, job::Spec,
};
use uuid::Uuid;

use super::{World, failure};
use crate::{
    harness::fields,
    hook::Hook,
    moves::supersede,
    runner::{Runner, closed, oid, pull},
};

/// A proposal with an announced head and pull request 7.
async fn opened() -> (World, String, String) {
    let world = World::start().await;
    let id = world.ledger.manual().await.id;
    world.ledger.open(&id).await.unwrap();
    let work = Runner::of(&world.ledger, "one").one().await;
    work.announce('b').await.unwrap();
    work.opened(pull(7, 1)).await.unwrap();
    let branch = work.open().branch.clone();
    (world, id, branch)
}

/// The same, rejected; its pull request was closed, and its branch is said to be gone.
async fn rejected() -> (World, String, String) {
    let (world, id, branch) = opened().await;
    world.ledger.reject(&id, "no").await.unwrap();
    let pull = v1::PullRequestRef {
        state: pullwright_proto::proposal::PullRequestState::Closed.into(),
        ..pull(7, 2)
    };
    Runner::of(&world.ledger, "one").one().await.complete(closed(Some(pull))).await.unwrap();
    (world, id, branch)
}

fn branch(name: &str, head: char) -> v1::FoundBranch {
    v1::FoundBranch { branch: name.to_owned(), head_oid: oid(head) }
}

fn pull_request(name: &str, number: i64, proposal: &str) -> v1::FoundPullRequest {
    v1::FoundPullRequest {
        number,
        branch: name.to_owned(),
        head_oid: oid('b'),
        proposal_id: proposal.to_owned(),
        generation: 1,
    }
}

async fn sweep(
    world: &mut World,
    branches: Vec<v1::FoundBranch>,
    pulls: Vec<v1::FoundPullRequest>,
) -> (i32, i32) {
    world.pass_looks("1 hour").await;
    let look = world.look(SweepOrphans).await;
    let found = look.found(branches, pulls).await.unwrap();
    let swept = v1::OrphansSwept::default();
    look.complete(Outcome::OrphansSwept(swept)).await.unwrap();
    found
}

#[tokio::test]
async fn a_branch_that_nobody_wants_is_deleted_by_the_job_that_closes() {
    let (mut world, id, name) = rejected().await;
    let look = world.look(SweepOrphans).await;
    let Some(Spec::SweepOrphans(spec)) = &look.job.spec else { panic!("no orphans to look for") };
    assert_eq!(spec.brands, ["pullwright"]);
    assert_eq!(look.found(vec![branch(&name, 'b')], vec![]).await.unwrap(), (1, 0));
    assert_eq!(world.ledger.close_jobs(&id).await, 1);
    let told = world.ledger.events(&id).await.pop().unwrap();
    assert_eq!((told.kind.as_str(), told.actor.as_str()), ("orphan_found", "reconciler"));
    assert_eq!(told.facts["branch"], name);
    assert_eq!(
        look.found(vec![branch(&name, 'b')], vec![]).await.unwrap(),
        (0, 0),
        "it is on its way"
    );
    let work = Runner::of(&world.ledger, "one").one().await;
    assert_eq!((work.close().branch.as_str(), work.close().announced.len()), (name.as_str(), 1));
    look.complete(Outcome::OrphansSwept(v1::OrphansSwept::default())).await.unwrap();
    assert_eq!(world.next_in("sweep_orphans", &world.repository).await, 60);
    assert!(world.watched(&world.repository).await.swept_at.is_some());
}

#[tokio::test]
async fn a_pull_request_that_nobody_wants_is_closed() {
    let (mut world, id, name) = rejected().await;
    let found =
        sweep(&mut world, vec![branch(&name, 'b')], vec![pull_request(&name, 7, &id)]).await;
    assert_eq!((found, world.ledger.close_jobs(&id).await), ((1, 0), 1));
}

/// Beside the recorded one there is another: it is tidied up.
#[tokio::test]
async fn a_second_pull_request_that_nobody_wants_is_tidied_up() {
    let (mut world, id, name) = rejected().await;
    let found = sweep(&mut world, vec![], vec![pull_request(&name, 8, &id)]).await;
    assert_eq!((found, world.ledger.close_jobs(&id).await), ((1, 0), 0));
    const TIDY: &str = "SELECT count(*) AS n FROM jobs WHERE subject = $1 AND kind = 'tidy_pull_request' AND ended_at IS NULL";
    assert_eq!(world.ledger.count(TIDY, &id).await, 1);
}

#[tokio::test]
async fn what_somebody_wants_is_left_alone() {
    let (mut world, id, name) = opened().await;
    let found = || (vec![branch(&name, 'b')], vec![pull_request(&name, 7, &id)]);
    let (branches, pulls) = found();
    assert_eq!(sweep(&mut world, branches, pulls).await, (0, 0), "it is open");
    Hook::closed(&world.repository, 7, 2).outcome(&world.ledger).await;
    let (branches, pulls) = found();
    assert_eq!(sweep(&mut world, branches, pulls).await, (0, 0), "people may reopen it");
    Hook::merged(&world.repository, 7, 3).outcome(&world.ledger).await;
    let (branches, pulls) = found();
    assert_eq!(sweep(&mut world, branches, pulls).await, (0, 0), "what is merged is GitHub's");

    let pending = world.ledger.manual().await.id;
    world.ledger.open(&pending).await.unwrap();
    let work = Runner::of(&world.ledger, "one").one().await;
    work.announce('b').await.unwrap();
    let name = work.open().branch.clone();
    let found = sweep(&mut world, vec![branch(&name, 'b')], vec![]).await;
    assert_eq!(found, (0, 0), "it is on its way");
    assert_eq!(world.ledger.close_jobs(&pending).await, 0);
}

#[tokio::test]
async fn a_tip_that_is_not_ours_stays() {
    let (mut world, id, name) = rejected().await;
    assert_eq!(sweep(&mut world, vec![branch(&name, 'c')], vec![]).await, (0, 0));
    assert_eq!(world.ledger.close_jobs(&id).await, 0);
}

#[tokio::test]
async fn what_a_person_reopened_is_theirs_and_an_earlier_generation_is_not() {
    let (mut world, id, name) = rejected().await;
    Hook::reopened(&world.repository, 7, 5).outcome(&world.ledger).await;
    let found = sweep(&mut world, vec![], vec![pull_request(&name, 7, &id)]).await;
    assert_eq!((found, world.ledger.close_jobs(&id).await), ((0, 0), 0));

    let (mut world, id, name) = opened().await;
    Hook::closed(&world.repository, 7, 2).outcome(&world.ledger).await;
    world.open_again(&id, 8).await;
    let found = sweep(&mut world, vec![branch(&name, 'b')], vec![]).await;
    assert_eq!((found, world.ledger.close_jobs(&id).await), ((1, 0), 1));
}

#[tokio::test]
async fn what_was_superseded_is_nobodys() {
    let (mut world, id, name) = opened().await;
    Hook::closed(&world.repository, 7, 2).outcome(&world.ledger).await;
    supersede(&world.ledger, &id, "").await.unwrap();
    let found = sweep(&mut world, vec![branch(&name, 'b')], vec![]).await;
    assert_eq!((found, world.ledger.close_jobs(&id).await), ((1, 0), 1));
}

/// What looks like ours and is not known is counted, and so is what names another proposal than its branch's.
#[tokio::test]
async fn what_is_not_known_is_counted_and_left_alone() {
    let (mut world, id, name) = rejected().await;
    let strange = Uuid::now_v7().to_string();
    let found = sweep(
        &mut world,
        vec![branch("pullwright/proposal-9", 'b')],
        vec![pull_request(&name, 9, &strange)],
    )
    .await;
    assert_eq!((found, world.ledger.close_jobs(&id).await), ((0, 2), 0));
}

#[tokio::test]
async fn what_could_not_be_closed_is_left_alone_for_a_day() {
    let (mut world, id, name) = rejected().await;
    assert_eq!(sweep(&mut world, vec![branch(&name, 'b')], vec![]).await, (1, 0));
    let work = Runner::of(&world.ledger, "one").one().await;
    work.fail(v1::retry::When::Never(())).await.unwrap();
    assert_eq!(sweep(&mut world, vec![branch(&name, 'b')], vec![]).await, (0, 0));
    const AGE: &str =
        "UPDATE jobs SET ended_at = ended_at - interval '25 hours' WHERE subject = $1";
    world.ledger.sql(AGE, &id).await;
    assert_eq!(sweep(&mut world, vec![branch(&name, 'b')], vec![]).await, (1, 0));
}

#[tokio::test]
async fn a_sweep_that_failed_says_why_and_too_much_at_once_is_refused() {
    let (mut world, _, name) = rejected().await;
    let look = world.look(SweepOrphans).await;
    let many = vec![branch(&name, 'b'); 1_001];
    assert_eq!(fields(look.found(many, vec![]).await), ["branches"]);
    let swept =
        v1::OrphansSwept { failure: Some(failure("GITHUB_API_FAILED")), ..Default::default() };
    look.complete(Outcome::OrphansSwept(swept)).await.unwrap();
    let watched = world.watched(&world.repository).await;
    assert_eq!(watched.sweep_error, "GITHUB_API_FAILED: GitHub said no");
    assert_eq!(world.next_in("sweep_orphans", &world.repository).await, 1);
}
