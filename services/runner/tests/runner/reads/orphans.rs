//! Branches that are called as ours are, and pull requests with our mark: what there is, told to the ledger.

use pullwright_forge::{Fault, FaultKind, NewCommit, NewPull, NewPulls};
use pullwright_proto::job::{
    JobKind, OrphansSwept, RepositoryRef, SweepOrphansSpec, complete_job_request::Outcome,
    job::Spec,
};

use super::{asked, done, known};
use crate::questions::harness::{PROPOSAL, REPOSITORY, World};

async fn sweep(world: &World) -> OrphansSwept {
    let repository = known(world).await;
    sweep_of(world, repository).await
}

async fn sweep_of(world: &World, repository: RepositoryRef) -> OrphansSwept {
    let spec =
        SweepOrphansSpec { repository: Some(repository), brands: vec!["pullwright".to_owned()] };
    let ended = world.work(JobKind::SweepOrphans, Spec::SweepOrphans(spec)).await;
    let Outcome::OrphansSwept(swept) = done(ended) else { panic!("another end") };
    swept
}

async fn branch(world: &World, name: &str) {
    let change = NewCommit::file(name, "a.params.json", "{\"boost\": 2}\n", "raise");
    world.forge.push_commit(REPOSITORY, change).await.unwrap();
}

async fn pull(world: &World, head: &str, body: &str) -> i64 {
    branch(world, head).await;
    let new = NewPull {
        title: "x".to_owned(),
        head: head.to_owned(),
        base: Some("main".to_owned()),
        body: Some(body.to_owned()),
        draft: false,
        actor: None,
    };
    world.forge.open_pull(REPOSITORY, new).await.unwrap().number as i64
}

#[tokio::test]
async fn branches_and_marked_pull_requests_are_told_and_nothing_is_touched() {
    let world = World::start().await;
    let mark = format!("<!-- pullwright proposal={PROPOSAL} generation=2 -->");
    branch(&world, "pullwright/study-1").await;
    branch(&world, "pullwright-like/study-1").await;
    let ours = pull(&world, "pullwright/study-2", &format!("text\n\n{mark}\n")).await;
    pull(&world, "feature", "a person's").await;
    pull(&world, "feature-2", "<!-- pullwright proposal=x generation=1 -->").await;
    asked(&world).await;

    let swept = sweep(&world).await;
    assert_eq!((swept.branches, swept.pull_requests, swept.failure), (2, 1, None));
    let told = world.told.lock().unwrap().orphans.clone();
    let [told] = &told[..] else { panic!("{told:?}") };
    let names: Vec<_> = told.branches.iter().map(|one| one.branch.as_str()).collect();
    assert_eq!(names, ["pullwright/study-1", "pullwright/study-2"]);
    let tip = world.forge.branch_tip(REPOSITORY, "pullwright/study-2").await.unwrap().unwrap();
    assert_eq!(told.branches[1].head_oid, tip);
    let [found] = &told.pull_requests[..] else { panic!("{told:?}") };
    assert_eq!((found.number, found.generation), (ours, 2));
    assert_eq!(
        (found.proposal_id.as_str(), found.branch.as_str()),
        (PROPOSAL, "pullwright/study-2")
    );
    assert_eq!(found.head_oid, tip);
    assert!(asked(&world).await.iter().all(|route| route.ends_with("200")), "it reads only");
    assert_eq!(world.forge.pulls(REPOSITORY).await.unwrap().len(), 3);
}

#[tokio::test]
async fn closed_pull_requests_and_an_empty_repository_are_nothing_to_tell() {
    let world = World::start().await;
    let swept = sweep(&world).await;
    assert_eq!((swept.branches, swept.pull_requests, swept.failure), (0, 0, None));
    assert!(world.told.lock().unwrap().orphans.is_empty());
}

#[tokio::test]
async fn many_branches_are_told_in_parts() {
    let world = World::start().await;
    let mut ours = NewPulls::numbered("pullwright/study-", 1_050);
    let mark = format!("<!-- pullwright proposal={PROPOSAL} generation=2 -->");
    ours.pulls.iter_mut().for_each(|pull| pull.body = Some(mark.clone()));
    world.forge.create_pulls(REPOSITORY, ours).await.unwrap();
    let swept = sweep(&world).await;
    assert_eq!((swept.branches, swept.failure), (1_050, None));
    let told = world.told.lock().unwrap().orphans.clone();
    let counts: Vec<_> = told.iter().map(|one| one.branches.len()).collect();
    assert_eq!(counts, [1_000, 50]);
}

#[tokio::test]
async fn what_cannot_be_listed_is_told_and_nothing_is_handed_in() {
    let world = World::start().await;
    branch(&world, "pullwright/study-1").await;
    let broken = FaultKind::Status { code: 503, body: String::new(), headers: Default::default() };
    world.forge.add_fault(Fault::on("pulls.list", broken)).await.unwrap();
    let failure = sweep(&world).await.failure.unwrap();
    assert!(failure.message.contains("503"), "{}", failure.message);
    assert!(world.told.lock().unwrap().orphans.is_empty());
}

/// The repository was deleted, and another one was created under its name: what stands there is not ours, whatever it is called.
#[tokio::test]
async fn nothing_of_a_repository_that_took_the_name_is_told() {
    let world = World::start().await;
    let known = known(&world).await;
    let another = RepositoryRef { github_id: known.github_id + 1, ..known };
    let mark = format!("<!-- pullwright proposal={PROPOSAL} generation=2 -->");
    branch(&world, "pullwright/study-1").await;
    for has_pull in [false, true] {
        if has_pull {
            pull(&world, "pullwright/study-2", &mark).await;
        }
        let swept = sweep_of(&world, another.clone()).await;
        let failure = swept.failure.unwrap();
        assert!(failure.message.contains("another repository's now"), "{}", failure.message);
        assert!(world.told.lock().unwrap().orphans.is_empty(), "{has_pull}");
    }
}
