//! Jobs that read have slots of their own and need nothing but their lease.

use std::time::Duration;

use pullwright_forge::{Fault, FaultKind};
use pullwright_proto::job::{JobKind, ReconcilePullRequestsSpec, job::Spec};
use pullwright_testkit::wait;

use super::{known, pulls, reconcile, watches, words};
use crate::questions::harness::{Ended, REPOSITORY, World};

#[tokio::test]
async fn redis_away_stops_no_job_that_reads() {
    let mut world = World::start().await;
    let numbers = pulls(&world, REPOSITORY, 1).await;
    let watches = watches(&world, REPOSITORY, &numbers).await;
    world.stop().await;
    let nowhere = world.data().with_file_name("nowhere");
    std::fs::write(&nowhere, "redis://127.0.0.1:9").unwrap();
    world.run(&[("RUNNER_REDIS_URL_FILE", nowhere.to_str().unwrap())]).await;
    let (sights, _) = reconcile(&world, known(&world).await, &watches).await;
    assert_eq!(words(&sights), ["open"]);
    assert!(world.told.lock().unwrap().ended.len() == 1);
}

#[tokio::test]
async fn jobs_that_read_and_jobs_that_write_do_not_wait_for_each_other() {
    let mut world = World::start().await;
    let numbers = pulls(&world, REPOSITORY, 1).await;
    let watches = watches(&world, REPOSITORY, &numbers).await;
    world.stop().await;
    world.run(&[("RUNNER_READ_CONCURRENCY", "1"), ("RUNNER_CONCURRENCY", "1")]).await;
    world.forge.add_fault(Fault::on("pulls.get", FaultKind::Hang)).await.unwrap();
    let spec = ReconcilePullRequestsSpec { repository: Some(known(&world).await), watches };
    let spec = Spec::ReconcilePullRequests(spec);
    let hanging = world.queue(JobKind::ReconcilePullRequests, spec);
    let ended = world.open().await;
    assert!(matches!(ended, Ended::Done(_)), "{ended:?}");
    let is_hanging = |ended: &Ended| match ended {
        Ended::Done(done) => done.job_id != hanging,
        Ended::Failed(failed) => failed.job_id != hanging,
    };
    assert!(world.told.lock().unwrap().ended.iter().all(is_hanging));
}

#[tokio::test]
async fn a_lease_is_renewed_while_its_job_is_being_done() {
    let mut world = World::start().await;
    let numbers = pulls(&world, REPOSITORY, 2).await;
    let watches = watches(&world, REPOSITORY, &numbers).await;
    world.stop().await;
    world.tell(|told| told.lease = Some(prost_types::Duration { seconds: 1, nanos: 0 }));
    world.run(&[("RUNNER_RENEW_EVERY", "200ms")]).await;
    world.forge.add_fault(Fault::on("pulls.get", FaultKind::Delay { ms: 900 })).await.unwrap();
    let (sights, _) = reconcile(&world, known(&world).await, &watches).await;
    assert_eq!(words(&sights), ["open", "open"]);
    assert!(world.told.lock().unwrap().renewed >= 4);
}

#[tokio::test]
async fn a_job_whose_lease_is_lost_stops_and_tells_nothing() {
    let mut world = World::start().await;
    let numbers = pulls(&world, REPOSITORY, 3).await;
    let watches = watches(&world, REPOSITORY, &numbers).await;
    world.stop().await;
    world.tell(|told| told.refuses_renewals = true);
    world.run(&[("RUNNER_RENEW_EVERY", "100ms")]).await;
    world.forge.add_fault(Fault::on("pulls.get", FaultKind::Delay { ms: 500 })).await.unwrap();
    let spec = ReconcilePullRequestsSpec { repository: Some(known(&world).await), watches };
    let kind = JobKind::ReconcilePullRequests;
    world.queue(kind, Spec::ReconcilePullRequests(spec));
    wait::until("it was renewed in vain", Duration::from_secs(10), || async {
        world.told.lock().unwrap().renewed > 0
    })
    .await
    .unwrap();
    world.stop().await;
    let told = world.told.lock().unwrap();
    assert!(told.sights.is_empty() && told.ended.is_empty(), "{:?}", told.ended);
}
