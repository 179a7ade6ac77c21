//! A lock that can be seen and broken, and a runner that stops before its next effect when it was.

use pullwright_forge::FaultKind;
use pullwright_harness::{Rest, Service, WireOptions};
use pullwright_proto::runner::{BreakLockRequest, runner_service_client::RunnerServiceClient};
use pullwright_testkit::wait;

use super::{boost, hasty, wired_on};
use crate::system::{PATIENCE, System};

/// Shorter than any time limit, longer than it takes to break a lock.
const DELAY: FaultKind = FaultKind::Delay { ms: 800 };

#[tokio::test]
async fn a_runner_that_lost_its_lease_stops_before_its_next_effect_and_another_lease_finishes() {
    tokio::join!(
        broken_during("git.upload-pack"),
        broken_during("git.receive-pack"),
        broken_during("pulls.create"),
    );
}

/// An operator breaks the lock while this call is under way.
async fn broken_during(slow: &str) {
    let name = format!("broken-{}", slow.replace('.', "-"));
    let options = WireOptions { webhook: false, ..WireOptions::new(&name) };
    let system = wired_on(hasty().await, options).await;
    let fault = system.strike(slow, DELAY).await;
    let proposal = system.propose(boost(0)).await;
    let path = format!("/api/v1/proposals/{proposal}/open_pr");
    let click = system.rest.request(reqwest::Method::POST, &path).header("x-request-id", &name);
    let click = click.bearer_auth(&system.stack.credentials.operator);
    assert_eq!(Rest::answer(click).await.unwrap().status, 202);
    system.struck(fault).await;

    let seen = system.lock().await.expect("the lock is listed");
    assert!(seen.holder.starts_with("runner-") && seen.acquired_at.is_some(), "{seen:?}");
    let reason = "it takes too long";
    let request = BreakLockRequest {
        repository_id: seen.repository_id.clone(),
        reason: reason.to_owned(),
        ..BreakLockRequest::default()
    };
    let token = &system.stack.credentials.service_operator;
    let connection = system.stack.grpc(system.stack.ports.runner, token).unwrap();
    let broken = RunnerServiceClient::new(connection).break_lock(request).await.unwrap();
    let broken = broken.into_inner().lock;
    assert_eq!(broken.map(|lock| lock.epoch), Some(seen.epoch));

    system.until(&proposal, "pr_opened").await;
    // Whoever made the slow call may still be about to go on.
    let stopped = || async { says(&system, &name, "the lease is lost") };
    wait::until("the late runner says that it stops", PATIENCE, stopped).await.unwrap();
    assert!(!says(&system, &name, "job done"), "{slow}: the late runner went on to the end");
    system.until_unlocked().await;
    system.has_exactly_one(&proposal, slow).await;
    let revoked = system.event(&proposal, "lease_revoked").await;
    assert_eq!(
        (&revoked["actor"], &revoked["facts"]["reason"]),
        (&"operator".into(), &reason.into())
    );
    let opened = system.event(&proposal, "pull_request_opened").await;
    assert_eq!(opened["facts"]["attempt"], "2", "{slow}: {opened}");
}

/// Whether the runner's log says these words of the first attempt at what this request wanted.
fn says(system: &System<'_>, request: &str, words: &str) -> bool {
    let log = system.stack.process(Service::Runner).unwrap().log();
    let log = std::fs::read_to_string(log).unwrap();
    let marks = [&format!("\"request_id\":\"{request}\""), "\"job.attempt\":1", words];
    log.lines().any(|line| marks.iter().all(|mark| line.contains(mark)))
}
