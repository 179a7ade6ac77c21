//! Many pull requests, and how little they cost.

use std::time::{Duration, Instant};

use pullwright_forge::{Fault, FaultKind, NewRepository, Permission};
use pullwright_proto::job::{JobKind, pull_request_sight::Sight};
use uuid::Uuid;

use super::{asked, known, pulls, reconcile, repository_named, watches, words};
use crate::questions::harness::{REPOSITORY, World};

/// §18.2 AC-8: fifty in under 60 requests and 30 s.
#[tokio::test]
async fn fifty_open_pull_requests_of_one_repository_cost_at_most_two_requests() {
    let world = World::start().await;
    let numbers = pulls(&world, REPOSITORY, 50).await;
    let watches = watches(&world, REPOSITORY, &numbers).await;
    world.forge.merge(REPOSITORY, numbers[7]).await.unwrap();
    world.forge.close(REPOSITORY, numbers[8]).await.unwrap();
    let began = Instant::now();
    let (sights, end) = reconcile(&world, known(&world).await, &watches).await;
    assert!(began.elapsed() < Duration::from_secs(30));
    let words = words(&sights);
    assert_eq!((words[7].as_str(), words[8].as_str()), ("merged", "closed"));
    assert_eq!(words.iter().filter(|word| *word == "open").count(), 48);
    assert!(end.requests <= 2 && end.failure.is_none(), "{end:?}");
    assert_eq!(asked(&world).await.len() as i32, end.requests);
}

/// §18.2 AC-8, spread: each repository costs its own request, and what did not change none of the rate limit.
#[tokio::test]
async fn fifty_pull_requests_of_fifty_repositories_cost_fifty_conditional_requests() {
    let world = World::start().await;
    let token = world.told.lock().unwrap().token.clone();
    let mut all = Vec::new();
    for at in 0..50 {
        let (name, id) = (format!("config-{at}"), Uuid::now_v7());
        let new = NewRepository::new("acme", &name).file("a.params.json", "{}\n").token(
            "bot",
            &token,
            Permission::Write,
        );
        let github_id = world.forge.create_repository(new).await.unwrap().id;
        let full_name = format!("acme/{name}");
        let numbers = pulls(&world, &full_name, 1).await;
        let mut repository = repository_named(&world, id, &name);
        repository.github_id = github_id.try_into().unwrap();
        all.push((repository, watches(&world, &full_name, &numbers).await));
    }
    for round in ["pulls.get 200", "pulls.get 304"] {
        let began = Instant::now();
        for (repository, watches) in &mut all {
            let (sights, end) = reconcile(&world, repository.clone(), watches).await;
            assert_eq!(end.requests, 1);
            watches[0].etag = sights[0].etag.clone();
        }
        assert!(began.elapsed() < Duration::from_secs(30));
        assert_eq!(asked(&world).await, vec![round.to_owned(); 50]);
    }
}

/// 1,000 in under 60 s.
#[tokio::test]
async fn a_thousand_open_pull_requests_of_one_repository_cost_ten_requests() {
    let world = World::start().await;
    let numbers = pulls(&world, REPOSITORY, 1_000).await;
    let watches = watches(&world, REPOSITORY, &numbers).await;
    let began = Instant::now();
    let (sights, end) = reconcile(&world, known(&world).await, &watches).await;
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
    assert!(words(&sights).iter().all(|word| word == "open"));
    assert_eq!(asked(&world).await, vec!["graphql 200".to_owned(); 10]);
    assert_eq!(end.requests, 10);
}

#[tokio::test]
async fn one_that_the_query_does_not_show_is_asked_for_alone_and_the_others_are_seen() {
    let world = World::start().await;
    let numbers = pulls(&world, REPOSITORY, 6).await;
    let mut watches = watches(&world, REPOSITORY, &numbers).await;
    world.forge.delete_pull(REPOSITORY, numbers[0]).await.unwrap();
    watches[1].pull_request.as_mut().unwrap().node_id = "PR_unreadable".to_owned();
    watches[2].pull_request.as_mut().unwrap().node_id.clear();
    let (sights, end) = reconcile(&world, known(&world).await, &watches).await;
    let expected = ["gone PULL_REQUEST_GONE", "open", "open", "open", "open", "open"];
    assert_eq!((words(&sights), end.failure), (expected.map(str::to_owned).into(), None));
    let asked = asked(&world).await;
    assert_eq!(asked, ["graphql 200", "pulls.get 404", "pulls.get 200", "pulls.get 200"]);
}

#[tokio::test]
async fn a_node_that_is_another_pull_request_is_not_taken_for_ours() {
    let world = World::start().await;
    let numbers = pulls(&world, REPOSITORY, 5).await;
    let mut watches = watches(&world, REPOSITORY, &numbers).await;
    world.forge.close(REPOSITORY, numbers[1]).await.unwrap();
    let other = watches[1].pull_request.clone().unwrap().node_id;
    watches[0].pull_request.as_mut().unwrap().node_id = other;
    let (sights, _) = reconcile(&world, known(&world).await, &watches).await;
    assert_eq!(words(&sights)[..2], ["open", "closed"]);
}

#[tokio::test]
async fn a_repository_that_was_deleted_costs_two_requests_and_ends_explained() {
    let world = World::start().await;
    let numbers = pulls(&world, REPOSITORY, 20).await;
    let watches = watches(&world, REPOSITORY, &numbers).await;
    let known = known(&world).await;
    world.forge.delete_repository(REPOSITORY).await.unwrap();
    let (sights, end) = reconcile(&world, known, &watches).await;
    assert!(words(&sights).iter().all(|word| word == "gone PULL_REQUEST_GONE"));
    let Sight::Gone(gone) = sights[0].sight.clone().unwrap() else { panic!() };
    assert!(gone.message.contains("acme/search-config") && gone.message.contains("deleted"));
    assert_eq!(asked(&world).await, ["graphql 200", "repos.get 404"]);
    assert_eq!(end.failure, None);
}

#[tokio::test]
async fn where_the_query_is_refused_each_is_asked_for_alone_within_a_bound() {
    let world = World::start().await;
    let numbers = pulls(&world, REPOSITORY, 130).await;
    let watches = watches(&world, REPOSITORY, &numbers).await;
    let body = r#"{"errors":[{"message":"Field 'x' doesn't exist on type 'PullRequest'"}]}"#;
    let refusal =
        FaultKind::Status { code: 200, body: body.to_owned(), headers: Default::default() };
    world.forge.add_fault(Fault::on("graphql", refusal)).await.unwrap();
    let (sights, end) = reconcile(&world, known(&world).await, &watches).await;
    let words = words(&sights);
    assert_eq!(words.iter().filter(|word| *word == "open").count(), 100);
    assert_eq!(words[129], "failed GITHUB_API_FAILED");
    assert_eq!((end.requests, end.failure), (101, None));
}

#[tokio::test]
async fn a_runner_that_is_asked_to_stop_hands_the_rest_back() {
    let mut world = World::start().await;
    let numbers = pulls(&world, REPOSITORY, 3).await;
    let watches = watches(&world, REPOSITORY, &numbers).await;
    world.forge.add_fault(Fault::on("pulls.get", FaultKind::Delay { ms: 300 })).await.unwrap();
    let spec = pullwright_proto::job::ReconcilePullRequestsSpec {
        repository: Some(known(&world).await),
        watches,
    };
    let spec = pullwright_proto::job::job::Spec::ReconcilePullRequests(spec);
    let id = world.queue(JobKind::ReconcilePullRequests, spec);
    pullwright_testkit::wait::until("it is asked", Duration::from_secs(10), || async {
        world.forge.faults().await.iter().any(|fault| fault.struck > 0)
    })
    .await
    .unwrap();
    world.stop().await;
    let ended = world.end_of(&id).await;
    let crate::questions::harness::Ended::Failed(failed) = ended else { panic!("{ended:?}") };
    assert_eq!(failed.reason, "RUNNER_STOPPING");
}
