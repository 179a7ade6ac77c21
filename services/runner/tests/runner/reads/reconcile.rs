//! A few pull requests: each is asked for by its entity tag.

use pullwright_forge::{Fault, FaultKind};
use pullwright_proto::job::pull_request_sight::Sight;

use super::{asked, github_id, known, pulls, reconcile, repository, watches, words};
use crate::questions::harness::{REPOSITORY, World};

/// §18.2 AC-3.
#[tokio::test]
async fn what_became_of_pull_requests_is_seen_without_a_webhook() {
    let world = World::start().await;
    let numbers = pulls(&world, REPOSITORY, 3).await;
    let watches = watches(&world, REPOSITORY, &numbers).await;
    world.forge.merge(REPOSITORY, numbers[0]).await.unwrap();
    world.forge.close(REPOSITORY, numbers[1]).await.unwrap();

    let (sights, end) = reconcile(&world, known(&world).await, &watches).await;
    assert_eq!(words(&sights), ["merged", "closed", "open"]);
    assert_eq!((end.requests, end.failure), (3, None));
    let Sight::Seen(merged) = sights[0].sight.clone().unwrap() else { panic!() };
    assert!(merged.merged_at.is_some() && merged.updated_at.is_some());
    assert_eq!(merged.number, numbers[0] as i64);

    world.forge.reopen(REPOSITORY, numbers[1]).await.unwrap();
    let (sights, _) = reconcile(&world, known(&world).await, &watches[1..2]).await;
    assert_eq!(words(&sights), ["open"]);
}

#[tokio::test]
async fn what_did_not_change_costs_nothing_and_is_said_to_be_unchanged() {
    let world = World::start().await;
    let numbers = pulls(&world, REPOSITORY, 2).await;
    let mut watches = watches(&world, REPOSITORY, &numbers).await;
    let (sights, _) = reconcile(&world, known(&world).await, &watches).await;
    for (watch, sight) in watches.iter_mut().zip(&sights) {
        assert!(!sight.etag.is_empty());
        watch.etag = sight.etag.clone();
    }
    asked(&world).await;

    let (sights, end) = reconcile(&world, known(&world).await, &watches).await;
    assert_eq!(words(&sights), ["unchanged", "unchanged"]);
    assert_eq!(sights[0].etag, watches[0].etag);
    assert_eq!((end.requests, asked(&world).await), (2, vec!["pulls.get 304".to_owned(); 2]));

    world.forge.close(REPOSITORY, numbers[1]).await.unwrap();
    let (sights, _) = reconcile(&world, known(&world).await, &watches).await;
    // The first one's repository counts its open ones, so that it may have another tag, too.
    assert_eq!(words(&sights)[1], "closed");
    assert_ne!(sights[1].etag, watches[1].etag);
}

#[tokio::test]
async fn the_first_contact_teaches_the_repositorys_id() {
    let world = World::start().await;
    let numbers = pulls(&world, REPOSITORY, 1).await;
    let watches = watches(&world, REPOSITORY, &numbers).await;
    let (_, end) = reconcile(&world, repository(&world), &watches).await;
    let told = std::mem::take(&mut world.told.lock().unwrap().repositories);
    let [report] = &told[..] else { panic!("{told:?}") };
    assert_eq!(report.github_id, github_id(&world, REPOSITORY).await);
    assert_eq!((report.full_name.as_str(), end.requests), (REPOSITORY, 1));
    reconcile(&world, known(&world).await, &watches).await;
    assert!(world.told.lock().unwrap().repositories.is_empty(), "it is told once");
}

#[tokio::test]
async fn a_renamed_repository_is_followed_and_its_new_name_told() {
    let world = World::start().await;
    let numbers = pulls(&world, REPOSITORY, 1).await;
    let watches = watches(&world, REPOSITORY, &numbers).await;
    let known = known(&world).await;
    world.forge.rename_repository(REPOSITORY, "acme/better-name").await.unwrap();
    world.forge.close("acme/better-name", numbers[0]).await.unwrap();

    let (sights, end) = reconcile(&world, known, &watches).await;
    assert_eq!((words(&sights), end.failure), (vec!["closed".to_owned()], None));
    let told = world.told.lock().unwrap().repositories.clone();
    assert_eq!(told[0].full_name, "acme/better-name");
}

#[tokio::test]
async fn a_redirect_to_another_host_is_not_followed_and_only_its_repository_waits() {
    let world = World::start().await;
    let numbers = pulls(&world, REPOSITORY, 2).await;
    let watches = watches(&world, REPOSITORY, &numbers).await;
    let elsewhere = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/api/v3/repositories/1", elsewhere.local_addr().unwrap());
    let redirect = FaultKind::Redirect { url, code: Some(301) };
    world.forge.add_fault(Fault::on("pulls.get", redirect)).await.unwrap();

    let (sights, end) = reconcile(&world, known(&world).await, &watches).await;
    assert_eq!(words(&sights), ["failed GITHUB_API_FAILED", "failed GITHUB_API_FAILED"]);
    assert!(end.failure.unwrap().message.contains("moved to"));
    assert_eq!(end.requests, 1, "the same would be answered to the second");
    let arrived = tokio::time::timeout(std::time::Duration::from_millis(50), elsewhere.accept());
    assert!(arrived.await.is_err(), "nobody came");
}

#[tokio::test]
async fn a_name_that_another_repository_took_is_no_sight_of_ours() {
    let world = World::start().await;
    let numbers = pulls(&world, REPOSITORY, 1).await;
    let watches = watches(&world, REPOSITORY, &numbers).await;
    let mut other = known(&world).await;
    other.github_id += 1_000;
    let (sights, end) = reconcile(&world, other, &watches).await;
    assert_eq!(words(&sights), ["gone PULL_REQUEST_GONE"]);
    assert!(end.failure.is_none() && world.told.lock().unwrap().repositories.is_empty());
}
