//! Jobs that only look: what they ask GitHub, what they tell ledger and registry.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends where it is")]

mod gaps;
mod gaps_of_apps;
mod hooks;
mod hooks_refused;
mod orphans;
mod reconcile;
mod reconcile_many;
mod reconcile_refused;
mod slots;

use pullwright_proto::job::{
    JobKind, PullRequestRef, PullRequestSight, PullRequestWatch, PullRequestsReconciled,
    ReconcilePullRequestsSpec, RepositoryRef, complete_job_request::Outcome, job::Spec,
    pull_request_sight::Sight,
};
use pullwright_types::{Host, RepositoryName, SystemClock};
use uuid::Uuid;

use crate::questions::harness::{Ended, REPO_ID, World};

/// The one repository, whose id on GitHub is known.
fn repository(world: &World) -> RepositoryRef {
    repository_named(world, REPO_ID, "search-config")
}

fn repository_named(world: &World, id: Uuid, name: &str) -> RepositoryRef {
    RepositoryRef {
        repository_id: id.to_string(),
        host: world.forge.web_url(),
        owner: "acme".to_owned(),
        name: name.to_owned(),
        github_id: 0,
    }
}

/// GitHub's id of a repository.
async fn github_id(world: &World, full_name: &str) -> i64 {
    let all = world.forge.repositories().await;
    all.iter().find(|one| one.full_name == full_name).unwrap().id.try_into().unwrap()
}

/// The one repository as it is known after the first contact.
async fn known(world: &World) -> RepositoryRef {
    let github_id = github_id(world, crate::questions::harness::REPOSITORY).await;
    RepositoryRef { github_id, ..repository(world) }
}

/// What a job of this kind was done with.
fn done(ended: Ended) -> Outcome {
    match ended {
        Ended::Done(done) => done.outcome.unwrap(),
        Ended::Failed(failed) => panic!("{failed:?}"),
    }
}

/// Watches of these pull requests, as the ledger has them after they were opened.
async fn watches(world: &World, full_name: &str, numbers: &[u64]) -> Vec<PullRequestWatch> {
    let (owner, name) = full_name.split_once('/').unwrap();
    let web = world.forge.web_url();
    let host = Host { api: format!("{web}/api/v3"), git: web.clone(), web };
    let name = RepositoryName::new(owner, name).unwrap();
    let token = world.told.lock().unwrap().token.clone().into();
    let clock = std::sync::Arc::new(SystemClock);
    let client = pullwright_github::Client::new("tests", Default::default(), clock).unwrap();
    let repository = client.repository(&host, &name, &token);
    let (open, _) = repository.pulls().open(100).await.unwrap();
    let found = open.into_iter().filter(|pull| numbers.contains(&(pull.number as u64)));
    let watches = found.map(|pull| PullRequestWatch {
        proposal_id: Uuid::now_v7().to_string(),
        generation: 1,
        pull_request: Some(PullRequestRef {
            number: pull.number,
            node_id: pull.node_id,
            url: pull.html_url,
            ..PullRequestRef::default()
        }),
        etag: String::new(),
    });
    let watches: Vec<_> = watches.collect();
    assert_eq!(watches.len(), numbers.len());
    world.forge.clear_requests().await;
    watches
}

/// Opens so many pull requests, and gives their numbers.
async fn pulls(world: &World, full_name: &str, count: usize) -> Vec<u64> {
    let new = pullwright_forge::NewPulls::numbered("pullwright/study-", count);
    let made = world.forge.create_pulls(full_name, new).await.unwrap();
    made.into_iter().map(|pull| pull.number).collect()
}

/// Has pull requests reconciled; what was seen of each, and the end.
async fn reconcile(
    world: &World,
    repository: RepositoryRef,
    watches: &[PullRequestWatch],
) -> (Vec<PullRequestSight>, PullRequestsReconciled) {
    world.tell(|told| told.sights.clear());
    let spec =
        ReconcilePullRequestsSpec { repository: Some(repository), watches: watches.to_vec() };
    let kind = JobKind::ReconcilePullRequests;
    let Outcome::Reconciled(end) = done(world.work(kind, Spec::ReconcilePullRequests(spec)).await)
    else {
        panic!("another end")
    };
    let sights = std::mem::take(&mut world.told.lock().unwrap().sights);
    let ids = |sight: &PullRequestSight| sight.proposal_id.clone();
    let wanted: Vec<String> = watches.iter().map(|watch| watch.proposal_id.clone()).collect();
    assert_eq!(sights.iter().map(ids).collect::<Vec<_>>(), wanted, "each has its sight");
    (sights, end)
}

/// What was seen, in a word: open, closed, merged, unchanged, gone, failed.
fn words(sights: &[PullRequestSight]) -> Vec<String> {
    let word = |sight: &PullRequestSight| match sight.sight.as_ref().unwrap() {
        Sight::Seen(seen) => {
            seen.state().as_str_name().trim_start_matches("PULL_REQUEST_STATE_").to_lowercase()
        }
        Sight::Unchanged(()) => "unchanged".to_owned(),
        Sight::Gone(failure) => format!("gone {}", failure.reason),
        Sight::Failed(failure) => format!("failed {}", failure.reason),
    };
    sights.iter().map(word).collect()
}

/// What the runner asked of the forge since the last look: route and status.
async fn asked(world: &World) -> Vec<String> {
    let asked = world.forge.requests().await;
    world.forge.clear_requests().await;
    asked.iter().map(|request| format!("{} {}", request.route, request.status)).collect()
}
